/** Trees on disk for tests of the walk, and an independent count of them. */
import { execFileSync } from 'node:child_process';
import { type BigIntStats, lstatSync, mkdtempSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerMemory, RememberedLayer } from '../../../src-main/sources/scan/memory.ts';
import type { UnitResult, WalkUnit } from '../../../src-main/sources/scan/records.ts';

export const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: device nodes and mounts need root');

export function newRoot(): { readonly root: string; remove(): void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'strata-scan-')));
  return { root, remove: () => void execFileSync('rm', ['-rf', root]) }; // rmSync ends at PATH_MAX
}

export const unit = (path: string, more: Partial<WalkUnit> = {}): WalkUnit => ({
  path,
  without: [],
  immutable: false,
  expectedBytes: 0,
  chainId: null,
  ...more,
});

/** What `du` says of one folder alone, in bytes. */
export function duOf(folder: string): number {
  const said = execFileSync('du', ['-s', '-x', '--block-size=1', folder], { encoding: 'utf8' });
  return Number(said.split('\t')[0]);
}

export const sumOfDisk = (units: readonly UnitResult[]): number =>
  units.reduce((sum, { totals }) => sum + totals.diskBytes, 0);

/** Children of this process and threads in it: what walkers are. */
export function walkersAlive(): number {
  const threads = readdirSync('/proc/self/task');
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean),
  );
  return threads.length + children.length;
}

/** By recursion, byte paths and bigint stats: nothing in common with the walk. */
export function countByHand(root: string) {
  const seen = new Set<string>();
  const count = {
    bytes: 0,
    diskBytes: 0,
    files: 0,
    folders: 0,
    symlinks: 0,
    whiteouts: 0,
    others: 0,
    setuid: 0,
  };
  const visit = (path: Buffer): void => {
    const stats = lstatSync(path, { bigint: true });
    if (!seen.has(String(stats.ino))) {
      seen.add(String(stats.ino));
      count.diskBytes += Number(stats.blocks) * 512;
      if (!stats.isDirectory()) count.bytes += Number(stats.size);
    }
    count[kindOf(stats)] += 1;
    if (stats.isFile() && stats.mode & 0o4000n) count.setuid += 1;
    if (!stats.isDirectory()) return;
    for (const name of readdirSync(path, { encoding: 'buffer' })) {
      visit(Buffer.concat([path, Buffer.from('/'), name]));
    }
  };
  visit(Buffer.from(root));
  return count;
}

function kindOf(stats: BigIntStats): 'files' | 'folders' | 'symlinks' | 'whiteouts' | 'others' {
  if (stats.isDirectory()) return 'folders';
  if (stats.isFile()) return 'files';
  if (stats.isSymbolicLink()) return 'symlinks';
  return stats.isCharacterDevice() && stats.rdev === 0n ? 'whiteouts' : 'others';
}

/** A memory that forgets with the test. */
export function memoryInRam(): LayerMemory & { readonly kept: Map<string, RememberedLayer> } {
  const kept = new Map<string, RememberedLayer>();
  return {
    kept,
    lookup: async (keys) => keys.map(({ path, identity }) => kept.get(`${path} ${identity}`) ?? null),
    store: async (layers) => {
      for (const { path, identity, totals, shared } of layers)
        kept.set(`${path} ${identity}`, { totals, shared });
    },
  };
}
