/** A data root with the shapes of real images, the same for the same number of files; made once and kept. */
import {
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomFrom } from '../support/random.ts';

const LAYERS = 300;
const FILES_A_FOLDER = 5;

export interface BenchTree {
  readonly root: string;
  readonly layers: readonly string[];
  readonly files: number;
}

export function benchTree(files: number): BenchTree {
  const root = join(process.env['TMPDIR'] ?? tmpdir(), `strata-bench-${files}`);
  const layers = Array.from({ length: LAYERS }, (_, at) => `overlay2/${at.toString(16).padStart(64, '0')}`);
  if (!existsSync(root)) {
    console.error(`making ${files} files in ${root} (kept for later runs) …`);
    const half = `${root}.half`;
    execFileSync('rm', ['-rf', half]);
    const random = randomFrom(files);
    const weights = layers.map(() => random() ** 6 + 0.002); // few large layers, many small ones
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    layers.forEach((layer, at) => {
      makeLayer(join(half, layer), Math.round(((weights[at] ?? 0) / whole) * files), random);
    });
    renameSync(half, root);
  }
  return { root, layers, files };
}

function makeLayer(layer: string, files: number, random: () => number): void {
  const folders = [join(layer, 'diff')];
  mkdirSync(folders[0]!, { recursive: true });
  writeFileSync(join(layer, 'link'), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  let last: string | undefined;
  for (let at = 0; at < files; at += 1) {
    if (at % FILES_A_FOLDER === 0) {
      const above = folders[Math.floor(random() * folders.length)]!;
      const folder = above.length < 300 ? join(above, `folder-${at}`) : join(folders[0]!, `folder-${at}`);
      mkdirSync(folder);
      folders.push(folder);
    }
    const path = join(folders.at(-1)!, `file-${at}.${at % 3 ? 'js' : 'so'}`);
    const dice = random();
    if (dice < 0.06) symlinkSync(`../target-${at}`, path);
    else if (dice < 0.08 && last) linkSync(last, path);
    else {
      writeFileSync(path, dice < 0.7 ? '' : 'x'.repeat(Math.floor(random() * 6000)));
      if (dice > 0.98) truncateSync(path, 1 << 20);
      last = path;
    }
  }
}
