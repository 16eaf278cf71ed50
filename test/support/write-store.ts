/** Writes a small overlay2 store in the real format, from a description in words. Ids come from the content, as real ones. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as D from './store-description.ts';
import { containerConfig, imageConfig } from './store-description.ts';
import type { BoltTree } from './write-bolt.ts';
import { writeBolt } from './write-bolt.ts';
import type { LayerFiles } from './write-layer.ts';
import { layerTar, writeFiles } from './write-layer.ts';

interface WrittenImage {
  readonly id: string;
  readonly chain: readonly string[];
  readonly diffIds: readonly string[];
  readonly cacheIds: readonly string[];
}

export interface WrittenStore {
  readonly root: string;
  readonly images: Readonly<Record<string, WrittenImage>>;
  readonly containers: Readonly<Record<string, { id: string; mountId: string; initId: string }>>;
  remove(): void;
}

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Into a new temporary folder, or into `root`. Call `remove()` afterwards. */
export function writeStore(description: D.StoreDescription, root?: string): WrittenStore {
  const store = new StoreWriter(root ?? mkdtempSync(join(tmpdir(), 'strata-store-')));
  for (const [name, image] of Object.entries(description.images ?? {}))
    store.image(name, image, description.layers ?? {});
  for (const [name, container] of Object.entries(description.containers ?? {}))
    store.container(name, container);
  for (const [name, files] of Object.entries(description.orphans ?? {})) store.folder(name, files, []);
  store.volumes(description.volumes ?? {});
  store.buildkit(description.buildkit ?? {});
  store.repositories(description.images ?? {});
  const { images, containers } = store;
  return { root: store.root, images, containers, remove: () => rmSync(store.root, { recursive: true }) };
}

class StoreWriter {
  readonly root: string;
  readonly images: Record<string, WrittenImage> = {};
  readonly containers: Record<string, { id: string; mountId: string; initId: string }> = {};
  readonly #written = new Set<string>();

  constructor(root: string) {
    this.root = root;
    for (const folder of ['layerdb/sha256', 'layerdb/mounts', 'layerdb/tmp', 'imagedb/content/sha256'])
      mkdirSync(join(root, 'image/overlay2', folder), { recursive: true });
    for (const folder of ['image/overlay2/imagedb/metadata/sha256', 'overlay2/l', 'containers', 'tmp'])
      mkdirSync(join(root, folder), { recursive: true });
    this.#file('engine-id', '7f1f1b0c-0000-4000-8000-000000000000');
  }

  image(name: string, image: D.ImageDescription, layers: Readonly<Record<string, LayerFiles>>): void {
    const diffIds: string[] = [];
    const chain: string[] = [];
    const cacheIds: string[] = [];
    for (const layerName of image.layers) {
      const files = layers[layerName];
      if (!files) throw new Error(`no layer is called ${layerName}`);
      const { diffId, bytes, tarSplit } = layerTar(files);
      const below = chain.at(-1);
      const chainId = below ? `sha256:${hex(`${below} ${diffId}`)}` : diffId;
      const cacheId = hex(`folder of ${chainId}`);
      if (!this.#written.has(chainId)) {
        const folder = `image/overlay2/layerdb/sha256/${chainId.slice(7)}`;
        const all = { diff: diffId, 'cache-id': cacheId, size: String(bytes), 'tar-split.json.gz': tarSplit };
        for (const [file, content] of Object.entries(all)) this.#file(`${folder}/${file}`, content);
        if (below) this.#file(`${folder}/parent`, below);
        this.folder(cacheId, files, [...cacheIds].reverse());
        this.#written.add(chainId);
      }
      diffIds.push(diffId);
      chain.push(chainId);
      cacheIds.push(cacheId);
    }
    const config = imageConfig(name, image, diffIds);
    const id = hex(config);
    this.#file(`image/overlay2/imagedb/content/sha256/${id}`, config);
    if (image.parent)
      this.#file(`image/overlay2/imagedb/metadata/sha256/${id}/parent`, this.#imageNamed(image.parent).id);
    this.images[name] = { id: `sha256:${id}`, chain, diffIds, cacheIds };
  }

  container(name: string, container: D.ContainerDescription): void {
    const image = this.#imageNamed(container.image);
    const id = hex(`container ${name}`);
    const mountId = hex(`writable layer of ${id}`);
    const initId = `${mountId}-init`;
    const lower = [...image.cacheIds].reverse();
    this.folder(initId, { '.dockerenv': '', 'etc/': null, 'etc/hosts': '' }, lower);
    this.folder(mountId, container.files ?? {}, [initId, ...lower]);
    const mount = `image/overlay2/layerdb/mounts/${id}`;
    this.#file(`${mount}/mount-id`, mountId);
    this.#file(`${mount}/init-id`, initId);
    if (image.chain.length > 0) this.#file(`${mount}/parent`, image.chain.at(-1)!);
    this.#file(`containers/${id}/config.v2.json`, containerConfig({ id, name, image: image.id, container }));
    this.#file(`containers/${id}/hostconfig.json`, '{}');
    if (container.log !== undefined) this.#file(`containers/${id}/${id}-json.log`, container.log);
    this.containers[name] = { id, mountId, initId };
  }

  /** `overlay2/<name>` with its short name; `lower`: folder names, nearest first. */
  folder(name: string, files: LayerFiles, lower: readonly string[]): void {
    writeFiles(join(this.root, 'overlay2', name, 'diff'), files);
    this.#file(`overlay2/${name}/link`, shortName(name));
    if (lower.length > 0) {
      mkdirSync(join(this.root, 'overlay2', name, 'work'));
      this.#file(`overlay2/${name}/lower`, lower.map((below) => `l/${shortName(below)}`).join(':'));
    }
    symlinkSync(`../${name}/diff`, join(this.root, 'overlay2/l', shortName(name)));
  }

  volumes(volumes: Readonly<Record<string, D.VolumeDescription>>): void {
    const entries: Record<string, string> = {};
    mkdirSync(join(this.root, 'volumes'), { recursive: true });
    for (const [name, { files = {}, labels = null }] of Object.entries(volumes)) {
      writeFiles(join(this.root, 'volumes', name, '_data'), files);
      entries[name] = JSON.stringify({ Name: name, Driver: 'local', Labels: labels, Options: null });
    }
    this.#file('volumes/metadata.db', writeBolt({ volumes: entries }));
  }

  buildkit(snapshots: Readonly<Record<string, D.BuildkitDescription>>): void {
    const buckets: Record<string, BoltTree> = {};
    const records: Record<string, BoltTree> = {};
    for (const [key, { files, parent = '', isTopOf, record }] of Object.entries(snapshots)) {
      const chainid = isTopOf && this.#imageNamed(isTopOf).chain.at(-1);
      buckets[key] = chainid ? { chainid } : { parent };
      if (!chainid) this.folder(key, files ?? {}, []);
      const pairs = Object.entries({ 'cache.createdAt': 1_767_323_045_000_000_000, ...record });
      records[key] = Object.fromEntries(pairs.map(([name, value]) => [name, JSON.stringify({ value })]));
    }
    this.#file('buildkit/snapshots.db', writeBolt(buckets));
    this.#file('buildkit/metadata_v2.db', writeBolt({ _main: records }));
  }

  repositories(images: Readonly<Record<string, D.ImageDescription>>): void {
    const all: Record<string, Record<string, string>> = {};
    for (const [key, { tags = [key], digests = [] }] of Object.entries(images))
      for (const name of [...tags, ...digests]) {
        const repository = name.replace(/@sha256:.*$|:[^:/]*$/, '');
        (all[repository] ??= {})[name] = this.#imageNamed(key).id;
      }
    this.#file('image/overlay2/repositories.json', JSON.stringify({ Repositories: all }));
  }

  #imageNamed(name: string): WrittenImage {
    const image = this.images[name];
    if (!image) throw new Error(`no image before this one is called ${name}`);
    return image;
  }

  #file(path: string, content: string | Uint8Array): void {
    mkdirSync(join(this.root, path, '..'), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }
}

const shortName = (folder: string): string => hex(`short name of ${folder}`).slice(0, 26).toUpperCase();
