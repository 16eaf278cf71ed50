/** What the bench times, and what it is to reach: ratios to `du -s` of the same layers in the same round. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTarSplits } from './make-tar-splits.ts';
import type { BenchTree } from './make-tree.ts';

export interface Subject {
  readonly name: string;
  /** At most this times du; null for what stands there to compare with. */
  readonly goal: number | null;
  /** Milliseconds. */
  readonly run: () => number;
}

export interface Programs {
  /** Where the built programs are. */
  readonly built: string;
  /** For state folders and lists, removed at the end. */
  readonly scratch: string;
}

const MORE_WORKERS_THAN_CORES = 8;

/** The state folder that scans of this tree remember into. */
export const keptState = (scratch: string, tree: BenchTree): string => join(scratch, `kept-${tree.files}`);

export function layersFile(scratch: string, tree: BenchTree): string {
  const file = join(scratch, `layers-${tree.files}.json`);
  writeFileSync(file, JSON.stringify(withTarSplits(tree)));
  return file;
}

/** With warm caches. */
export function warmSubjects(tree: BenchTree, { built, scratch }: Programs): Subject[] {
  const scan = (...args: string[]): string[] => [join(built, 'scan-child.js'), tree.root, ...args];
  const kept = keptState(scratch, tree);
  const node = process.execPath;
  timed(node, scan('2', kept)); // what the rescans remember
  const again = (): number => {
    const { ms } = JSON.parse(execFileSync(node, scan('2', kept, 'again'), { encoding: 'utf8' }));
    return ms as number;
  };
  return [
    du(tree),
    { name: 'walk alone, 2 workers', goal: 0.85, run: () => timed(node, scan('2')) },
    { name: 'walk alone, 1 worker', goal: 1.4, run: () => timed(node, scan('1')) },
    { name: 'first scan, 2 workers', goal: 1, run: () => timed(node, scan('2', fresh(scratch))) },
    { name: 'rescan, running', goal: 0.01, run: again },
    { name: 'rescan, new process', goal: 0.25, run: () => timed(node, scan('2', kept)) },
    ...others(tree, scratch),
  ];
}

/** Caches are dropped before each run. */
export function coldSubjects(tree: BenchTree, { built, scratch }: Programs): Subject[] {
  const node = process.execPath;
  const workers = String(MORE_WORKERS_THAN_CORES);
  const layers = layersFile(scratch, tree);
  const firstScan = (): number =>
    timed(node, [join(built, 'scan-child.js'), tree.root, workers, fresh(scratch)]);
  const lists = (): number => timed(node, [join(built, 'lists-child.js'), tree.root, layers]);
  return [
    du(tree),
    { name: `first scan, ${workers} workers`, goal: 0.5, run: firstScan },
    { name: 'file lists from tar-split', goal: 0.15, run: lists },
    ...others(tree, scratch),
  ];
}

function du(tree: BenchTree): Subject {
  return { name: 'du -s', goal: null, run: () => timed('du', ['-s', '--block-size=1', ...foldersOf(tree)]) };
}

function others(tree: BenchTree, scratch: string): Subject[] {
  const all: Subject[] = [];
  const walker = join(scratch, 'walker');
  const source = join(import.meta.dirname, 'walker.c');
  if (has('gcc') && spawnSync('gcc', ['-O2', '-o', walker, source]).status === 0) {
    all.push({ name: 'C walker, 1 thread', goal: null, run: () => timed(walker, foldersOf(tree)) });
  } else console.error('no gcc: without the C walker');
  if (has('gdu')) {
    const args = ['-n', '-p', '-c', join(tree.root, 'overlay2')];
    all.push({ name: 'gdu -n', goal: null, run: () => timed('gdu', args) });
  } else console.error('no gdu: without it');
  return all;
}

export const foldersOf = (tree: BenchTree): string[] => tree.layers.map((layer) => join(tree.root, layer));

const fresh = (scratch: string): string => mkdtempSync(join(scratch, 'state-'));

/** Milliseconds that a command takes, its start included. Throws when it fails. */
export function timed(command: string, args: readonly string[]): number {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (error || status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr.toString()}`);
  return performance.now() - start;
}

function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}
