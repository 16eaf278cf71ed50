/** Images with shared layers, made by chance from a seed, as one archive for `docker load`: many in a second. */
import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';
import { randomFrom } from './random.ts';

export interface RandomStore {
  readonly archive: Buffer;
  /** Ids, in no order that means anything. */
  readonly images: readonly string[];
}

interface Node {
  readonly diffIds: readonly string[];
  readonly steps: readonly string[];
  readonly id: string;
  readonly parent: Node | null;
}

/** A forest of layers; each node may be an image, with none, one or several names, and with a parent image. */
export async function randomStore(seed: number, images = 14): Promise<RandomStore> {
  const random = randomFrom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const files = new Map<string, Buffer>();
  const manifest: object[] = [];
  const nodes: Node[] = [];
  for (let n = 0; n < images; n++) {
    const parent = nodes.length > 0 && random() < 0.75 ? nodes[below(nodes.length)]! : null;
    const layers: string[] = [];
    for (let added = below(3) + (parent === null ? 1 : 0); added > 0; added--) {
      const tar = await layerTar(
        `${String(seed)} ${String(n)} ${String(added)}`,
        below(4) + 1,
        below(40_000),
      );
      const diffId = `sha256:${sha256(tar)}`;
      files.set(`${diffId.slice(7)}/layer.tar`, tar);
      layers.push(diffId);
    }
    const diffIds = [...(parent?.diffIds ?? []), ...layers];
    const steps = [...(parent?.steps ?? []), ...layers.map((layer) => `COPY ${layer.slice(7, 19)} /`)];
    if (layers.length === 0) steps.push(`ENV N=${String(n)}`);
    const config = Buffer.from(JSON.stringify(configOf(seed, { diffIds, steps, n })));
    const id = `sha256:${sha256(config)}`;
    files.set(`${id.slice(7)}.json`, config);
    // The engine accepts a parent that is exactly one step shorter.
    const linked = parent !== null && layers.length <= 1 && random() < 0.8;
    nodes.push({ diffIds, steps, id, parent: linked ? parent : null });
    const names = Array.from(
      { length: below(4) },
      (_, at) => `r${String(below(5))}/s${String(seed)}:${String(n)}-${String(at)}`,
    );
    manifest.push({
      Config: `${id.slice(7)}.json`,
      RepoTags: names.length === 0 ? null : names,
      Layers: diffIds.map((diffId) => `${diffId.slice(7)}/layer.tar`),
      ...(linked ? { Parent: parent.id } : {}),
    });
  }
  files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
  return { archive: await tarOf(files), images: nodes.map((node) => node.id) };
}

function configOf(
  seed: number,
  { diffIds, steps, n }: { diffIds: readonly string[]; steps: readonly string[]; n: number },
) {
  return {
    architecture: 'amd64',
    os: 'linux',
    created: new Date(Date.UTC(2024, 0, 1 + n)).toISOString(),
    config: { Cmd: ['/none'], Labels: { seed: String(seed), n: String(n) } },
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: steps.map((step) => ({
      created_by: step,
      ...(step.startsWith('ENV') ? { empty_layer: true } : {}),
    })),
  };
}

/** Files of some bytes that no other layer has. */
export function layerTar(name: string, files: number, bytes: number): Promise<Buffer> {
  const content = createHash('shake256', { outputLength: Math.max(1, bytes) });
  const body = content.update(name).digest();
  const named = Array.from({ length: files }, (_, at): [string, Buffer] => [
    `d${String(at % 2)}/${sha256(Buffer.from(name)).slice(0, 8)}-${String(at)}`,
    body.subarray(0, Math.floor(body.length / (at + 1))),
  ]);
  return tarOf(new Map(named));
}

/** One image of these layers, untagged unless named. */
export async function archiveOf(
  layers: readonly Buffer[],
  name: string | null,
): Promise<{ archive: Buffer; id: string }> {
  const diffIds = layers.map((tar) => `sha256:${sha256(tar)}`);
  const steps = diffIds.map((id) => `COPY ${id.slice(7, 19)} /`);
  const config = Buffer.from(JSON.stringify(configOf(0, { diffIds, steps, n: 0 })));
  const files = new Map(
    layers.map((tar, at): [string, Buffer] => [`${diffIds[at]!.slice(7)}/layer.tar`, tar]),
  );
  files.set(`${sha256(config)}.json`, config);
  const Layers = diffIds.map((id) => `${id.slice(7)}/layer.tar`);
  const entry = { Config: `${sha256(config)}.json`, RepoTags: name === null ? null : [name], Layers };
  files.set('manifest.json', Buffer.from(JSON.stringify([entry])));
  return { archive: await tarOf(files), id: `sha256:${sha256(config)}` };
}

async function tarOf(files: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  const tar = pack();
  for (const [name, body] of files) tar.entry({ name, mtime: new Date(0), mode: 0o644 }, body);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
