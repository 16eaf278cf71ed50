/** The engine's file lists (tar-split.json.gz) for the layers of a bench tree, as `docker pull` would have left them. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BenchTree } from './make-tree.ts';

const BLOCK = 512;
const SHORT_NAME = 100;

export interface ListedLayer {
  /** `sha256:…` */
  readonly chainId: string;
  /** Its folder in overlay2. */
  readonly cacheId: string;
}

/** Made once and kept with the tree. Any name will do for a ChainID: the layer's own, turned around. */
export function withTarSplits(tree: BenchTree): ListedLayer[] {
  const layerdb = join(tree.root, 'image/overlay2/layerdb');
  const half = `${layerdb}.half`;
  const layers = tree.layers.map((path) => {
    const cacheId = path.slice('overlay2/'.length);
    return { cacheId, hex: [...cacheId].reverse().join('') };
  });
  if (!existsSync(layerdb)) {
    console.error(`making the engine's file lists of ${tree.root} (kept for later runs) …`);
    for (const { cacheId, hex } of layers) {
      mkdirSync(join(half, 'sha256', hex), { recursive: true });
      const lines = linesOf(join(tree.root, 'overlay2', cacheId, 'diff'));
      writeFileSync(join(half, 'sha256', hex, 'tar-split.json.gz'), gzipSync(lines.join('')));
    }
    renameSync(half, layerdb);
  }
  return layers.map(({ cacheId, hex }) => ({ cacheId, chainId: `sha256:${hex}` }));
}

function linesOf(diff: string): string[] {
  const lines: string[] = [];
  const firstNames = new Map<number, string>();
  const push = (line: object): unknown =>
    lines.push(`${JSON.stringify({ ...line, position: lines.length })}\n`);
  let padding = Buffer.alloc(0);
  const visit = (path: string): void => {
    for (const name of readdirSync(join(diff, path))) {
      const below = path === '' ? name : `${path}/${name}`;
      const stats = lstatSync(join(diff, below));
      const first = stats.nlink > 1 && stats.isFile() ? firstNames.get(stats.ino) : undefined;
      if (first === undefined) firstNames.set(stats.ino, below);
      const kind = stats.isDirectory() ? '5' : stats.isSymbolicLink() ? '2' : first !== undefined ? '1' : '0';
      const link = kind === '2' ? readlinkSync(join(diff, below)) : (first ?? '');
      const size = kind === '0' ? stats.size : 0;
      const tarName = kind === '5' ? `${below}/` : below;
      const header = headersOf(tarName, link, { kind, size, mtimeMs: stats.mtimeMs });
      push({ type: 2, payload: Buffer.concat([padding, header]).toString('base64') });
      push({
        type: 1,
        name: tarName,
        ...(size > 0 ? { size } : {}),
        payload: size > 0 ? checksumLike(stats.ino) : null,
      });
      padding = Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
      if (kind === '5') visit(below);
    }
  };
  visit('');
  return lines;
}

interface Described {
  readonly kind: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** A header, and before it GNU's long names where they do not fit. */
function headersOf(name: string, link: string, about: Described): Buffer {
  const parts: Buffer[] = [];
  for (const [kind, text] of [
    ['K', link],
    ['L', name],
  ] as const) {
    if (text.length <= SHORT_NAME) continue;
    const body = Buffer.alloc(Math.ceil((text.length + 1) / BLOCK) * BLOCK);
    body.write(text);
    parts.push(headerOf('././@LongLink', '', { kind, size: text.length + 1, mtimeMs: 0 }), body);
  }
  return Buffer.concat([...parts, headerOf(name, link, about)]);
}

function headerOf(name: string, link: string, { kind, size, mtimeMs }: Described): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): unknown =>
    header.write(value.toString(8).padStart(length - 1, '0'), at);
  header.write(name.slice(0, SHORT_NAME));
  octal(kind === '5' ? 0o755 : 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(mtimeMs / 1000), 136, 12);
  header.fill(' ', 148, 156);
  header.write(kind, 156);
  header.write(link.slice(0, SHORT_NAME), 157);
  header.write('ustar  \0', 257, 'latin1');
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return header;
}

/** Eight bytes that look like a checksum: they do not compress, as real ones. */
function checksumLike(seed: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(seed) * 0x9e3779b97f4a7c15n));
  return bytes.toString('base64');
}
