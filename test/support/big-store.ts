/**
 * A large overlay2 store of metadata and empty layers, for measuring and for the giant end-to-end run. Sharing is as on a
 * build host: a few bases of some layers, builds stacked on them, most images with a few layers of their own.
 * As a program: `node test/support/big-store.ts FOLDER [IMAGES] [LAYERS]`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { layerTar } from './write-layer.ts';

interface BigStore {
  readonly images: number;
  readonly layers: number;
  readonly containers: number;
}

const BASES = 40;
const BASE_LAYERS = 6;
const CONTAINERS = 200;
const hex = (text: string): string => createHash('sha256').update(text).digest('hex');
const shortName = (folder: string): string => hex(`short ${folder}`).slice(0, 26).toUpperCase();

/** One layer, and the folders below it, nearest first. */
interface Stacked {
  readonly chain: readonly string[];
  readonly diffIds: readonly string[];
  readonly folders: readonly string[];
}

const NOTHING: Stacked = { chain: [], diffIds: [], folders: [] };

/** Writes `images` images over `layers` layers into the folder `root`; the same numbers give the same store. */
export function writeBigStore(
  root: string,
  { images, layers }: { images: number; layers: number },
): BigStore {
  const db = `${root}/image/overlay2`;
  for (const folder of ['layerdb/sha256', 'layerdb/mounts', 'layerdb/tmp', 'imagedb/content/sha256'])
    mkdirSync(`${db}/${folder}`, { recursive: true });
  for (const folder of [
    'overlay2/l',
    'containers',
    'volumes',
    'tmp',
    'image/overlay2/imagedb/metadata/sha256',
  ])
    mkdirSync(`${root}/${folder}`, { recursive: true });
  writeFileSync(`${root}/engine-id`, '7f1f1b0c-0000-4000-8000-000000005000');

  const { tarSplit } = layerTar({ 'srv/': null, 'srv/app': 'app' });
  let written = 0;
  const stack = (below: Stacked, name: string): Stacked => {
    const diffId = `sha256:${hex(`diff ${name}`)}`;
    const parent = below.chain.at(-1);
    const chainId = parent ? `sha256:${hex(`${parent} ${diffId}`)}` : diffId;
    const cacheId = hex(`folder ${chainId}`);
    const folder = `${db}/layerdb/sha256/${chainId.slice(7)}`;
    mkdirSync(folder);
    writeFileSync(`${folder}/diff`, diffId);
    if (parent) writeFileSync(`${folder}/parent`, parent);
    writeFileSync(`${folder}/cache-id`, cacheId);
    writeFileSync(`${folder}/size`, String((written * 7919) % 50_000_000));
    writeFileSync(`${folder}/tar-split.json.gz`, tarSplit);
    writeFolder(root, cacheId, below.folders);
    written += 1;
    return {
      chain: [...below.chain, chainId],
      diffIds: [...below.diffIds, diffId],
      folders: [cacheId, ...below.folders],
    };
  };

  const baseCount = Math.min(BASES, Math.max(1, Math.floor(layers / BASE_LAYERS / 10)));
  const bases = Array.from({ length: baseCount }, (_, base) => {
    let top = NOTHING;
    for (let at = 0; at < BASE_LAYERS; at += 1) top = stack(top, `base ${base} layer ${at}`);
    return top;
  });
  const names: Record<string, Record<string, string>> = {};
  const tops: { readonly id: string; readonly top: Stacked }[] = [];
  for (let image = 0; image < images; image += 1) {
    const own = Math.ceil((layers - written) / (images - image));
    // Every fifth build goes on from an earlier image, as FROM does.
    const earlier = image % 5 === 4 ? tops[(image * 31) % tops.length]?.top : undefined;
    let top = earlier && earlier.chain.length < 60 ? earlier : bases[(image * image) % bases.length]!;
    for (let at = 0; at < own; at += 1) top = stack(top, `image ${image} layer ${at}`);
    const config = imageConfig(image, top.diffIds);
    const id = hex(config);
    writeFileSync(`${db}/imagedb/content/sha256/${id}`, config);
    tops.push({ id: `sha256:${id}`, top });
    const repository = `team-${image % 50}/service-${image % 500}`;
    // One of twenty lost its name to a later build.
    if (image % 20 !== 0) (names[repository] ??= {})[`${repository}:build-${image}`] = `sha256:${id}`;
  }
  writeFileSync(`${db}/repositories.json`, JSON.stringify({ Repositories: names }));

  const containers = Math.min(CONTAINERS, Math.ceil(images / 20));
  for (let at = 0; at < containers; at += 1) writeContainer(root, at, tops[(at * 97) % tops.length]!);
  return { images, layers: written, containers };
}

function writeFolder(root: string, name: string, lower: readonly string[]): void {
  const folder = `${root}/overlay2/${name}`;
  mkdirSync(`${folder}/diff`, { recursive: true });
  writeFileSync(`${folder}/link`, shortName(name));
  if (lower.length > 0) {
    writeFileSync(`${folder}/lower`, lower.map((below) => `l/${shortName(below)}`).join(':'));
    mkdirSync(`${folder}/work`);
  }
  symlinkSync(`../${name}/diff`, `${root}/overlay2/l/${shortName(name)}`);
}

function writeContainer(
  root: string,
  at: number,
  image: { readonly id: string; readonly top: Stacked },
): void {
  const id = hex(`container ${at}`);
  const mountId = hex(`writable ${at}`);
  const mount = `${root}/image/overlay2/layerdb/mounts/${id}`;
  mkdirSync(mount);
  writeFolder(root, `${mountId}-init`, image.top.folders);
  writeFolder(root, mountId, [`${mountId}-init`, ...image.top.folders]);
  writeFileSync(`${mount}/mount-id`, mountId);
  writeFileSync(`${mount}/init-id`, `${mountId}-init`);
  writeFileSync(`${mount}/parent`, image.top.chain.at(-1)!);
  mkdirSync(`${root}/containers/${id}`);
  const config = {
    ID: id,
    Name: `/job-${at}`,
    Image: image.id,
    Created: '2026-01-02T03:04:05Z',
    State: { Running: at % 4 === 0, Paused: false, FinishedAt: '2026-02-03T04:05:06Z' },
    Config: { Image: image.id, Labels: {} },
    MountPoints: {},
  };
  writeFileSync(`${root}/containers/${id}/config.v2.json`, JSON.stringify(config));
  writeFileSync(`${root}/containers/${id}/${id}-json.log`, 'started\n');
}

/** About as long as real ones: 3 kB, a history entry for each layer and as many empty ones. */
function imageConfig(image: number, diffIds: readonly string[]): string {
  const created = new Date(Date.UTC(2025, 0, 1) + image * 3_600_000).toISOString();
  const history = diffIds.flatMap((_, at) => [
    {
      created,
      created_by: `/bin/sh -c make -C /src target-${at} && rm -rf /tmp/build # buildkit`,
      comment: 'buildkit',
    },
    { created, created_by: `ENV STEP=${at}`, comment: 'buildkit', empty_layer: true },
  ]);
  const config = {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8'],
    Cmd: ['/srv/app'],
    Labels: { 'org.opencontainers.image.revision': hex(`commit ${image}`).slice(0, 40) },
  };
  const rootfs = { type: 'layers', diff_ids: diffIds };
  return JSON.stringify({ architecture: 'amd64', config, created, history, os: 'linux', rootfs });
}

if (process.argv[1] === import.meta.filename) {
  const [root, images = '5000', layers = '20000'] = process.argv.slice(2);
  if (!root) throw new Error('usage: big-store.ts FOLDER [IMAGES] [LAYERS]');
  console.log(writeBigStore(root, { images: Number(images), layers: Number(layers) }));
}
