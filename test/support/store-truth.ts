/** What a data root really holds, by a program of its own (Python, from the files alone) and by `du`. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface StoreTruth {
  readonly images: readonly {
    readonly id: string;
    readonly refs: readonly string[];
    readonly chain_ids: readonly string[];
    readonly intermediate: boolean;
    readonly dangling: boolean;
  }[];
  readonly layers: readonly {
    readonly chain_id: string;
    readonly diff_id: string;
    readonly cache_id: string;
  }[];
  readonly orphan_dirs: readonly string[];
  readonly same_diff_id: Readonly<Record<string, readonly string[]>>;
}

const program = fileURLToPath(new URL('../../../shared/engine/store-truth.py', import.meta.url));

export function haveStoreTruth(): boolean {
  if (existsSync(program)) return true;
  console.warn(`SKIPPED: no comparison with the independent reader, ${program} is not here`);
  return false;
}

export function storeTruth(dataRoot: string): StoreTruth {
  const json = execFileSync('python3', [program, dataRoot], { maxBuffer: 1 << 28, encoding: 'utf8' });
  return JSON.parse(json) as StoreTruth;
}

export function readTruth(path: string): StoreTruth {
  return JSON.parse(readFileSync(path, 'utf8')) as StoreTruth;
}

/** `du -s -x --block-size=1`. */
export function du(path: string): number {
  return Number(
    execFileSync('du', ['-s', '-x', '--block-size=1', path], { encoding: 'utf8' }).split('\t')[0],
  );
}

/** Disk bytes of each image by the rule of the words: shared when another head image stands on the layer too. */
export function sharingByTruth(
  truth: StoreTruth,
  dataRoot: string,
): Map<string, { readonly shared: number; readonly unique: number }> {
  const folder = new Map(
    truth.layers.map((layer) => [layer.chain_id, join(dataRoot, 'overlay2', layer.cache_id)]),
  );
  const size = new Map([...folder].map(([chain, path]) => [chain, du(path)]));
  const heads = new Map<string, number>();
  for (const image of truth.images) {
    if (!image.intermediate)
      for (const chain of image.chain_ids) heads.set(chain, (heads.get(chain) ?? 0) + 1);
  }
  return new Map(
    truth.images.map((image) => {
      const others = (chain: string): number => (heads.get(chain) ?? 0) - (image.intermediate ? 0 : 1);
      const of = (isShared: boolean): number =>
        image.chain_ids
          .filter((chain) => others(chain) > 0 === isShared)
          .reduce((sum, chain) => sum + (size.get(chain) ?? NaN), 0);
      return [image.id, { shared: of(true), unique: of(false) }];
    }),
  );
}
