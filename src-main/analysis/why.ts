/** What a thing is, why it is still there, and what removing it alone would do. */
import type { WhyAnswer } from '../contract/store.ts';
import { bytesOrNull, known } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import { shortId } from '../model/ids.ts';
import { freedBy } from './freed-by.ts';
import type { Going } from './freed-by.ts';
import { imageName } from './going.ts';
import type { StoreGraph } from './graph.ts';
import { judgeFolder } from './orphans.ts';
import { lookUp } from './why-lookup.ts';
import { keepersOfContainer, keepersOfImage, keepersOfLayer, keepersOfRecord } from './why-kept.ts';
import { whyPath } from './why-path.ts';

type SayBytes = (bytes: number) => string;

type Answer = Omit<WhyAnswer, 'thing' | 'diskBytes'> & { readonly diskBytes: Measured | null };

/** `thing` as the user typed it; `sayBytes` writes a size for people. Never throws: what is not found is `unknown`. */
export function whyOf(graph: StoreGraph, thing: string, sayBytes: SayBytes): WhyAnswer {
  const answer = answerOf(graph, thing, sayBytes);
  return { ...answer, thing, diskBytes: answer.diskBytes === null ? null : bytesOrNull(answer.diskBytes) };
}

function answerOf(graph: StoreGraph, thing: string, sayBytes: SayBytes): Answer {
  const found = lookUp(graph, thing);
  const { snapshot } = graph;
  const allKnown = snapshot.usersIncomplete == null;
  const frees = (going: Going, keptBy?: Answer['keptBy']): string =>
    verdictOf(graph, going, sayBytes, keptBy?.length === 0 && allKnown ? 'Nothing uses it. ' : '');
  switch (found.kind) {
    case 'image': {
      const image = snapshot.images[found.at]!;
      const nature = image.intermediate
        ? 'an intermediate build step'
        : image.dangling
          ? 'a dangling image'
          : 'an image';
      const what = `${imageName(image)} is ${nature} of ${counted(image.chain.length, 'layer')}, ${shortId(image.id)}.`;
      const diskBytes = sumOfLayers(graph, found.at);
      const keptBy = keepersOfImage(graph, found.at);
      const verdict = image.intermediate
        ? 'It goes with its last child, not by itself.'
        : frees({ images: [image.id] }, keptBy);
      return { kind: 'image', what, diskBytes, keptBy, verdict };
    }
    case 'layer':
      return layerAnswer(graph, found.at);
    case 'container': {
      const one = snapshot.containers[found.at]!;
      const what = `${one.name || shortId(one.id)} is a container (${one.state}) of ${one.imageName || 'an unknown image'}.`;
      const running = one.state === 'running' || one.state === 'paused' || one.state === 'restarting';
      const verdict = `${running ? 'It must be stopped first. ' : ''}${frees({ containers: [one.id] })}`;
      return {
        kind: 'container',
        what,
        diskBytes: one.writableDiskBytes,
        keptBy: keepersOfContainer(one),
        verdict,
      };
    }
    case 'volume': {
      const volume = snapshot.volumes[found.at]!;
      const what = `${volume.name} is ${volume.anonymous ? 'an anonymous' : 'a'} volume (${volume.driver}).`;
      const user = snapshot.containers[graph.containerAt.get(volume.containers[0] ?? '') ?? -1];
      const keptBy =
        user === undefined
          ? []
          : [
              {
                kind: 'container',
                id: user.id,
                name: user.name || shortId(user.id),
                because: 'it mounts the volume',
              },
            ];
      return {
        kind: 'volume',
        what,
        diskBytes: volume.diskBytes,
        keptBy,
        verdict: frees({ volumes: [volume.name] }, keptBy),
      };
    }
    case 'build-cache': {
      const record = snapshot.buildCache[found.at]!;
      const what = `${record.id} is a build cache record (${record.type}): ${record.description || 'no description'}.`;
      const keptBy = keepersOfRecord(graph, found.at);
      return {
        kind: 'build-cache',
        what,
        diskBytes: record.diskBytes,
        keptBy,
        verdict: frees({ buildCache: [record.id] }, keptBy),
      };
    }
    case 'folder':
      return folderAnswer(graph, found.at, frees);
    case 'path':
      return whyPath(snapshot, found.path);
    case 'several': {
      const what = `${found.ids.length} things begin so: ${found.ids.slice(0, 5).map(shortId).join(', ')}.`;
      return { kind: 'unknown', what, diskBytes: null, keptBy: [], verdict: 'Give more of the id.' };
    }
    case 'nothing': {
      const what = 'Nothing in this store goes by that name.';
      return { kind: 'unknown', what, diskBytes: null, keptBy: [], verdict: 'Nothing to say about it.' };
    }
  }
}

function layerAnswer(graph: StoreGraph, at: number): Answer {
  const { layers, usersIncomplete } = graph.snapshot;
  const layer = layers[at]!;
  const copies = layer.diffId === null ? 1 : layers.filter((other) => other.diffId === layer.diffId).length;
  const stored = copies > 1 ? ` Its content is stored ${copies} times, on different parents.` : '';
  const what = `${shortId(layer.chainId)} is an image layer in overlay2/${layer.cacheId ?? '(unknown)'}.${stored}`;
  const keptBy = keepersOfLayer(graph, at);
  const verdict =
    keptBy.length > 0
      ? 'It goes when everything that stands on it goes.'
      : usersIncomplete != null
        ? `What stands on it is not known: ${usersIncomplete}.`
        : 'No image, container or build record stands on it, so the engine never removes it: only loading its image again and removing that does.';
  return { kind: 'layer', what, diskBytes: layer.diskBytes, keptBy, verdict };
}

function folderAnswer(graph: StoreGraph, at: number, frees: (going: Going) => string): Answer {
  const { snapshot } = graph;
  const folder = snapshot.folders[at]!;
  const { owner, diskBytes } = folder;
  const here = `overlay2/${folder.name}`;
  switch (owner.kind) {
    case 'layer': {
      const answer = layerAnswer(graph, graph.layerAt.get(owner.chainId) ?? -1);
      return { ...answer, what: `${here} holds a layer. ${answer.what}` };
    }
    case 'writable':
    case 'init': {
      const one = snapshot.containers[graph.containerAt.get(owner.containerId) ?? -1];
      const name = one?.name || shortId(owner.containerId);
      const what = `${here} is the ${owner.kind} layer of container ${name}.`;
      const keptBy = [{ kind: 'container', id: owner.containerId, name, because: 'it writes there' }];
      return { kind: 'folder', what, diskBytes, keptBy, verdict: frees({ containers: [owner.containerId] }) };
    }
    case 'build-cache': {
      const what = `${here} holds files of the build cache only.`;
      const record = graph.recordAt.get(owner.recordIds[0] ?? '');
      const keptBy = record === undefined ? [] : keepersOfRecord(graph, record, true);
      return { kind: 'folder', what, diskBytes, keptBy, verdict: frees({ buildCache: owner.recordIds }) };
    }
    case 'removing': {
      const half = owner.entry.startsWith('tmp/') ? 'half registered' : 'half removed';
      const what = `${here} is ${half} (${owner.entry}).`;
      return {
        kind: 'folder',
        what,
        diskBytes,
        keptBy: [],
        verdict: owner.entry.startsWith('tmp/')
          ? 'A registration that was cut: no engine ends it. Loading or pulling the same image again does not reuse it.'
          : 'The engine ends that at its next clean stop.',
      };
    }
    case 'unowned': {
      const judged = judgeFolder(folder, snapshot);
      if (!judged.orphan) {
        const what = `${here} has no owner, but is not proven to be an orphan: ${judged.why}.`;
        return {
          kind: 'folder',
          what,
          diskBytes,
          keptBy: [],
          verdict: 'It is left alone until that is sure.',
        };
      }
      const what = `${here} is an orphan: ${judged.evidence.join('; ')}.`;
      return { kind: 'orphan', what, diskBytes, keptBy: [], verdict: frees({ orphans: [here] }) };
    }
  }
}

/** `unused` is said first where nothing stands against it. */
function verdictOf(graph: StoreGraph, going: Going, sayBytes: SayBytes, unused: string): string {
  const { stays, diskBytes } = freedBy(graph, going);
  const stay = stays[0];
  if (stay !== undefined) return `It can’t go alone: ${stay.because}.`;
  if (diskBytes.state === 'unknown') return `What removing it would free is not known: ${diskBytes.why}.`;
  if (diskBytes.bytes > 0) return `${unused}Removing it alone frees ${sayBytes(diskBytes.bytes)}.`;
  const layered = (going.images ?? []).some((id) => graph.imageLayers[graph.imageAt.get(id) ?? -1]?.length);
  return `${unused}Removing it alone frees nothing: ${layered ? 'others stand on all its layers' : 'no byte on the disk is its own'}.`;
}

function sumOfLayers(graph: StoreGraph, image: number): Measured {
  let bytes = 0;
  const { chainUnknown } = graph.snapshot.images[image]!;
  if (chainUnknown !== undefined) return { state: 'unknown', why: chainUnknown };
  for (const at of graph.imageLayers[image]!) {
    const { diskBytes } = graph.snapshot.layers[at]!;
    if (diskBytes.state === 'unknown') return diskBytes;
    bytes += diskBytes.bytes;
  }
  return known(bytes);
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
