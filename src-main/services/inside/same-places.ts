import type { ContentGroup } from '../../analysis/same-content.ts';
import { savesBytes } from '../../analysis/same-content.ts';
import { maskSecrets } from '../../analysis/secrets/find-secrets.ts';
import type { SameContentGroup } from '../../contract/same-content.ts';
import type { CacheId, ChainId } from '../../model/ids.ts';
import type { Layer, StoreSnapshot } from '../../model/store.ts';
import { entryPath, type LayerTree } from '../../model/tree.ts';
import { stepsOf } from './image-trees.ts';

/** Of one group, in an answer. */
const MAX_SHOWN = 100;

/** One copy, and where it can be read. */
export interface Copy {
  readonly chainId: ChainId;
  readonly cacheId: CacheId | null;
  readonly path: string;
}

/** A content with its copies found: what is shown and what is hashed are made of it. */
export interface FoundGroup {
  readonly id: string;
  readonly bytes: number;
  readonly copies: number;
  /** All of them, or the first of very many. */
  readonly places: readonly Copy[];
  readonly sameness: SameContentGroup['sameness'];
  readonly problem: string | null;
}

/** Entries of trees become paths, a layer at a time: no tree has to stay. */
export async function placeGroups(
  groups: readonly ContentGroup[],
  layers: readonly Layer[],
  treeOf: (layer: number) => Promise<LayerTree>,
): Promise<FoundGroup[]> {
  const wanted = new Map<number, { group: number; member: number; entry: number }[]>();
  groups.forEach(({ members }, group) => {
    members.forEach(({ layer, entry }, member) => {
      const list = wanted.get(layer);
      if (list === undefined) wanted.set(layer, [{ group, member, entry }]);
      else list.push({ group, member, entry });
    });
  });
  const places = groups.map(({ members }) => new Array<Copy>(members.length));
  for (const [at, entries] of wanted) {
    const tree = await treeOf(at);
    const { chainId, cacheId } = layers[at]!;
    for (const { group, member, entry } of entries)
      places[group]![member] = { chainId, cacheId, path: entryPath(tree, entry) };
  }
  return groups.map(({ bytes, copies, checksum }, group) => ({
    id: `${bytes}-${checksum.toString(16).padStart(16, '0')}`,
    bytes,
    copies,
    places: places[group]!,
    sameness: 'probable',
    problem: null,
  }));
}

/** A group as it is answered: with the step of each layer, masked, and the images that carry a copy. */
export function groupShower(snapshot: StoreSnapshot): (group: FoundGroup) => SameContentGroup {
  const steps = new Map<string, string>();
  const images = new Map<string, string[]>();
  for (const image of snapshot.images) {
    const made = stepsOf(image);
    image.chain.forEach((chainId, layer) => {
      if (!steps.get(chainId)) steps.set(chainId, made[layer] ?? '');
      if (image.intermediate) return;
      const users = images.get(chainId);
      if (users === undefined) images.set(chainId, [image.id]);
      else users.push(image.id);
    });
  }
  return ({ id, bytes, copies, places, sameness, problem }) => {
    const carriers = new Set(
      [...new Set(places.map(({ chainId }) => chainId))].flatMap((chainId) => images.get(chainId) ?? []),
    );
    return {
      id,
      bytes,
      copies,
      savesBytes: savesBytes({ bytes, copies }),
      sameness,
      problem,
      places: places.slice(0, MAX_SHOWN).map(({ chainId, path }) => {
        const step = steps.get(chainId) ?? '';
        return { chainId, path, createdBy: step === '' ? null : maskSecrets(step) };
      }),
      imageCount: carriers.size,
      images: [...carriers].slice(0, MAX_SHOWN),
    };
  };
}
