/** Tar-split lists of one image: as many files over as many layers as asked for, each layer replacing some of below. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const BLOCK = 512;
const IN_A_FOLDER = 40;
/** Every so many entries of a layer is one that the layer below has too. */
const REPLACES_EVERY = 20;

/** The files, base first, each a `tar-split.json.gz`. */
export function writeMillion(folder: string, { files, layers }: { files: number; layers: number }): string[] {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: layers }, (_, layer) => {
    const path = join(folder, `${layer}.json.gz`);
    writeFileSync(path, gzipSync(linesOf(layer, Math.ceil(files / layers)), { level: 1 }));
    return path;
  });
}

function linesOf(layer: number, files: number): string {
  const lines: string[] = [];
  let padding = 0;
  const add = (name: string, size: number): void => {
    const raw = Buffer.alloc(padding + BLOCK);
    writeHeader(raw.subarray(padding), name, size);
    padding = (BLOCK - (size % BLOCK)) % BLOCK;
    lines.push(`{"type":2,"payload":"${raw.toString('base64')}","position":${lines.length}}\n`);
    const about = size > 0 ? `"size":${size},"payload":"${checksum(layer, lines.length)}"` : '"payload":null';
    lines.push(`{"type":1,"name":"${name}",${about},"position":${lines.length}}\n`);
  };
  for (let file = 0; file < files; file += 1) {
    const from = layer > 0 && file % REPLACES_EVERY === 0 ? layer - 1 : layer;
    const folder = Math.floor(file / IN_A_FOLDER);
    const path = `usr/lib/layer-${from}/package-${folder}`;
    if (file % IN_A_FOLDER === 0) add(`${path}/`, 0);
    add(`${path}/module-${file}.js`, 1 + ((file * 37) % 16_000));
  }
  return lines.join('');
}

function writeHeader(block: Buffer, name: string, size: number): void {
  block.write(name);
  block.write(name.endsWith('/') ? '0000755\0' : '0000644\0', 100, 'latin1');
  block.write('0000000\0'.repeat(2), 108, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('14524401400\0', 136, 'latin1');
  block.fill(' ', 148, 156);
  block.write(name.endsWith('/') ? '5' : '0', 156);
  block.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

/** Eight bytes that do not compress, as real ones. */
function checksum(layer: number, line: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(layer * 1_000_003 + line) * 0x9e3779b97f4a7c15n));
  return bytes.toString('base64');
}
