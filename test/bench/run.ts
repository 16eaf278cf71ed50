/**
 * `npm run bench -- [--files N] [--rounds N] [--cold] [--growth]`: our scans against du, gdu and a C walker on one seeded
 * tree. Every round runs each once in shuffled order; a ratio is the median over rounds of its time / du's in the same
 * round, so that what else the machine does hits all alike.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BenchTree, benchTree, randomFrom } from './make-tree.ts';

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '600000' },
    rounds: { type: 'string', default: '5' },
    cold: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
  },
});
const GROWTH = [60_000, 600_000, 2_000_000];
const here = import.meta.dirname;
const scratch = mkdtempSync(join(tmpdir(), 'strata-bench-run-'));

interface Subject {
  readonly name: string;
  readonly goal: string;
  /** Milliseconds. */
  readonly run: () => number;
}

try {
  const trees = (options.growth ? GROWTH : [Number(options.files)]).map((files) => benchTree(files));
  const perFile = trees.map((tree) => ({ tree, medians: measure(tree) }));
  if (options.growth) printGrowth(perFile);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function subjectsFor(tree: BenchTree): Subject[] {
  const diffs = tree.layers.map((layer) => join(tree.root, layer));
  const timed = (command: string, args: readonly string[]): number => {
    const start = performance.now();
    const { status, error, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
    if (error || status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr.toString()}`);
    return performance.now() - start;
  };
  const env = { ...process.env };
  const child = (...args: string[]): string[] => [join(here, 'scan-child.ts'), tree.root, ...args];
  const kept = join(scratch, `kept-${tree.files}`);
  const fresh = (): string => mkdtempSync(join(scratch, 'state-'));
  const cores = options.cold ? 8 : 2;
  timed(process.execPath, child('2', kept));
  const again = (): number => {
    const out = execFileSync(process.execPath, child('2', kept, 'again'), { encoding: 'utf8' });
    return (JSON.parse(out) as { ms: number }).ms;
  };
  const all: Subject[] = [
    { name: 'du -s', goal: '', run: () => timed('du', ['-s', '--block-size=1', ...diffs]) },
    {
      name: `walk, ${cores} workers`,
      goal: '<= 0.85',
      run: () => timed(process.execPath, child(String(cores))),
    },
    { name: 'walk, 1 worker', goal: '<= 1.40', run: () => timed(process.execPath, child('1')) },
    {
      name: `first scan, kept, ${cores} workers`,
      goal: options.cold ? '<= 0.50' : '<= 1.00',
      run: () => timed(process.execPath, child(String(cores), fresh())),
    },
    { name: 'rescan, new process', goal: '<= 0.25', run: () => timed(process.execPath, child('2', kept)) },
    { name: 'rescan, running', goal: '<= 0.01', run: again },
  ];
  const walker = compiledWalker();
  if (walker) all.push({ name: 'C walker, 1 thread', goal: '', run: () => timed(walker, diffs) });
  if (has('gdu'))
    all.push({ name: 'gdu -n', goal: '', run: () => timed('gdu', ['-n', '-p', '-c', tree.root]) });
  return all;
}

function measure(tree: BenchTree): ReadonlyMap<string, number> {
  const subjects = subjectsFor(tree);
  const times = new Map(subjects.map(({ name }) => [name, [] as number[]]));
  const random = randomFrom(7);
  for (let round = 0; round < Number(options.rounds); round += 1) {
    const order = subjects.map((subject) => ({ subject, at: random() })).toSorted((a, b) => a.at - b.at);
    for (const { subject } of order) {
      if (options.cold) dropCaches();
      times.get(subject.name)?.push(subject.run());
    }
  }
  const du = times.get('du -s') ?? [];
  console.log(`\n${tree.files} files, ${tree.layers.length} layers, ${options.cold ? 'cold' : 'warm'}`);
  console.log('what                          median ms   x du   goal');
  for (const { name, goal } of subjects) {
    const own = times.get(name) ?? [];
    const ratio = median(own.map((ms, round) => ms / (du[round] ?? Number.NaN)));
    const columns = [name.padEnd(28), median(own).toFixed(0).padStart(10), ratio.toFixed(3).padStart(7)];
    console.log(`${columns.join(' ')}   ${goal}`);
  }
  printSizes(tree);
  return new Map(subjects.map(({ name }) => [name, median(times.get(name) ?? [])]));
}

function printSizes(tree: BenchTree): void {
  const out = execFileSync(process.execPath, [join(here, 'scan-child.ts'), tree.root, '2'], {
    encoding: 'utf8',
  });
  const { maxRssMiB, diskBytes } = JSON.parse(out) as { maxRssMiB: number; diskBytes: number };
  const paths = tree.layers.map((layer) => join(tree.root, layer));
  const du = execFileSync('du', ['-s', '-c', '--block-size=1', ...paths], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const duBytes = Number(du.trim().split('\n').at(-1)?.split('\t')[0]);
  const database = statSync(join(scratch, `kept-${tree.files}`, 'history.db')).size;
  console.log(`peak memory ${maxRssMiB.toFixed(0)} MiB; database ${(database / 2 ** 20).toFixed(2)} MiB`);
  console.log(`disk bytes ${diskBytes} (du: ${duBytes}${diskBytes === duBytes ? ', equal' : ', DIFFERENT'})`);
}

function printGrowth(all: readonly { tree: BenchTree; medians: ReadonlyMap<string, number> }[]): void {
  console.log('\ngrowth: microseconds a file');
  for (const name of all[0]?.medians.keys() ?? []) {
    const costs = all.map(({ tree, medians }) =>
      (((medians.get(name) ?? 0) * 1000) / tree.files).toFixed(3).padStart(10),
    );
    console.log(`${name.padEnd(28)} ${costs.join(' ')}`);
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

function compiledWalker(): string | null {
  const binary = join(scratch, 'walker');
  if (existsSync(binary)) return binary;
  const built = has('gcc') && spawnSync('gcc', ['-O2', '-o', binary, join(here, 'walker.c')]).status === 0;
  if (!built) console.error('no gcc: without the C walker');
  return built ? binary : null;
}

/** Needs root; throws without. */
function dropCaches(): void {
  execFileSync('sync');
  writeFileSync('/proc/sys/vm/drop_caches', '3');
}
