/** One layer of a test store: its files on the disk, the tar it stands for, and that tar's tar-split list. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * Paths without a leading slash. A name ending in `/` is a folder; text or bytes are a file. A whiteout is a device
 * node and needs root. Folders on the way are made on the disk; name those that must be in the tar.
 */
export type LayerFiles = Readonly<
  Record<string, string | Uint8Array | { symlink: string } | { hardlink: string } | { whiteout: true } | null>
>;

interface LayerTar {
  /** sha256 of the tar: the DiffID. */
  readonly diffId: string;
  /** Sum of the sizes of distinct inodes that are no folders, as layerdb's `size` has it. */
  readonly bytes: number;
  readonly tarSplit: Buffer;
}

export function writeFiles(folder: string, files: LayerFiles): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, what] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/') || what === null) continue;
    if (typeof what === 'string' || what instanceof Uint8Array) writeFileSync(path, what);
    else if ('symlink' in what) symlinkSync(what.symlink, path);
    else if ('hardlink' in what) linkSync(join(folder, what.hardlink), path);
    else execFileSync('mknod', [path, 'c', '0', '0']);
  }
}

export function layerTar(files: LayerFiles): LayerTar {
  const raw: Buffer[] = [];
  const lines: object[] = [];
  let bytes = 0;
  const push = (line: Record<string, unknown>): number => lines.push({ ...line, position: lines.length });
  for (const [name, what] of Object.entries(files)) {
    const content =
      typeof what === 'string' || what instanceof Uint8Array ? Buffer.from(what as string) : null;
    const header = tarHeader(name, what, content?.length ?? 0);
    const padding = Buffer.alloc((512 - ((content?.length ?? 0) % 512)) % 512);
    push({ type: 2, payload: header.toString('base64') });
    const size = content?.length ? { size: content.length } : {};
    push({ type: 1, name: tarName(name, what), ...size, payload: content?.length ? crc64(content) : null });
    if (padding.length > 0) push({ type: 2, payload: padding.toString('base64') });
    raw.push(header, content ?? Buffer.alloc(0), padding);
    bytes += content?.length ?? (isA(what, 'symlink') ? (what as { symlink: string }).symlink.length : 0);
  }
  const end = Buffer.alloc(1024);
  push({ type: 2, payload: end.toString('base64') });
  const hash = createHash('sha256').update(Buffer.concat([...raw, end]));
  const tarSplit = gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { diffId: `sha256:${hash.digest('hex')}`, bytes, tarSplit };
}

type What = LayerFiles[string];

function tarName(name: string, what: What): string {
  const whiteout = typeof what === 'object' && what !== null && 'whiteout' in what;
  return whiteout ? join(dirname(name), `.wh.${name.split('/').at(-1)}`) : name;
}

function tarHeader(name: string, what: What, size: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): number =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
  const kind = name.endsWith('/') ? '5' : isA(what, 'symlink') ? '2' : isA(what, 'hardlink') ? '1' : '0';
  header.write(tarName(name, what));
  octal(kind === '5' ? 0o755 : 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(1_700_000_000, 136, 12);
  header.fill(' ', 148, 156);
  header.write(kind, 156);
  if (isA(what, 'symlink')) header.write((what as { symlink: string }).symlink, 157);
  if (isA(what, 'hardlink')) header.write((what as { hardlink: string }).hardlink, 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

const isA = (what: What, kind: string): boolean => what !== null && typeof what === 'object' && kind in what;

const CRC64_ISO = 0xd800000000000000n;
const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ CRC64_ISO : crc >> 1n;
  return crc;
});

/** CRC-64 (ISO), big endian, base64: what tar-split keeps of a file's content. */
function crc64(content: Uint8Array): string {
  let crc = 0xffffffffffffffffn;
  for (const byte of content) crc = TABLE[Number((crc ^ BigInt(byte)) & 0xffn)]! ^ (crc >> 8n);
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt.asUintN(64, ~crc));
  return out.toString('base64');
}
