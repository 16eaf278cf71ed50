/**
 * `npm run bench -- [--files N] [--rounds N] [--warm] [--growth]`: our scans against du, gdu and a C walker on one
 * seeded tree, beside the goals. Every round runs each once in shuffled order; a ratio is the median over rounds of its
 * time / du's in the same round, so that what else the machine does hits all alike. Cold runs need root.
 *
 * "First scan" walks every layer and stores its totals in the history. File lists are not made by it: those of image
 * layers are the engine's own (tar-split), and a list that somebody asked for is kept packed; both are rows of their own.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.ts';
import { randomFrom } from '../support/random.ts';
import { type BenchTree, benchTree } from './make-tree.ts';
import { type Row, sizeRows } from './sizes.ts';
import { coldSubjects, type Programs, type Subject, timed, warmSubjects } from './subjects.ts';

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '600000' },
    rounds: { type: 'string', default: '5' },
    warm: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
  },
});
const GROWTH = [60_000, 600_000, 2_000_000];
const MOST_GROWTH = 1.15;
const rounds = Number(options.rounds);
const isRoot = process.getuid?.() === 0;
const programs: Programs = {
  built: await bundle(),
  scratch: mkdtempSync(join(tmpdir(), 'strata-bench-run-')),
};

type Times = ReadonlyMap<string, readonly number[]>;

try {
  console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}`);
  if (options.growth) growth(GROWTH.map((files) => benchTree(files)));
  else wholeTable(benchTree(Number(options.files)));
} finally {
  for (const folder of Object.values(programs)) rmSync(folder, { recursive: true, force: true });
}

function wholeTable(tree: BenchTree): void {
  console.log(`${tree.files} files in ${tree.layers.length} layers, medians of ${rounds} rounds`);
  print(
    'caches warm',
    ratioRows(warmSubjects(tree, programs), () => undefined),
  );
  if (!options.warm && isRoot) print('caches cold', ratioRows(coldSubjects(tree, programs), dropCaches));
  else console.error('cold runs: left out (they need root, and no --warm)');
  print('sizes', sizeRows(tree, programs));
  printEngine();
}

function measure(subjects: readonly Subject[], before: () => void): Times {
  const times = new Map(subjects.map(({ name }) => [name, [] as number[]]));
  const random = randomFrom(7);
  for (let round = 0; round < rounds; round += 1) {
    const order = subjects.map((subject) => ({ subject, at: random() })).toSorted((a, b) => a.at - b.at);
    for (const { subject } of order) {
      before();
      times.get(subject.name)?.push(subject.run());
    }
  }
  return times;
}

function ratioRows(subjects: readonly Subject[], before: () => void): Row[] {
  const times = measure(subjects, before);
  const du = times.get('du -s') ?? [];
  return subjects.map(({ name, goal }) => {
    const own = times.get(name) ?? [];
    const ratio = median(own.map((ms, round) => ms / (du[round] ?? NaN)));
    return {
      name,
      measured: `${ratio.toFixed(3)} x du (${median(own).toFixed(0)} ms)`,
      goal: goal === null ? '' : `<= ${goal} x du`,
      met: goal === null || ratio <= goal,
    };
  });
}

function growth(trees: readonly BenchTree[]): void {
  const perFile = trees.map((tree) => {
    const times = measure(warmSubjects(tree, programs), () => undefined);
    return new Map([...times].map(([name, ms]) => [name, (median(ms) * 1000) / tree.files]));
  });
  const rows = [...(perFile[0]?.keys() ?? [])].map((name): Row => {
    const costs = perFile.map((one) => one.get(name) ?? NaN);
    const byFiles = name.startsWith('walk') || name.startsWith('first');
    return {
      name,
      measured: costs.map((us) => us.toFixed(2)).join(' → '),
      goal: byFiles ? `last <= ${MOST_GROWTH} x first` : '',
      met: !byFiles || (costs.at(-1) ?? NaN) <= MOST_GROWTH * (costs[0] ?? NaN),
    };
  });
  print(`growth, warm: microseconds a file at ${trees.map(({ files }) => files).join(', ')} files`, rows);
}

function print(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}\n`);
  const width = (pick: (row: Row) => string): number => Math.max(...rows.map((row) => pick(row).length));
  const [names, measured, goals] = [
    width((row) => row.name),
    width((row) => row.measured),
    width((row) => row.goal),
  ];
  for (const row of rows) {
    const verdict = row.goal === '' ? '' : row.met ? 'met' : 'MISSED';
    console.log(
      `${row.name.padEnd(names)}  ${row.measured.padStart(measured)}  ${row.goal.padEnd(goals)}  ${verdict}`,
    );
  }
}

/** How long an engine's own account of its store takes, where one answers. */
function printEngine(): void {
  const answers =
    spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 5_000 }).status === 0;
  if (!answers) return console.log('\ndocker system df -v: no engine answers (DOCKER_HOST names one)');
  console.log(
    `\ndocker system df -v, of the engine that answers: ${timed('docker', ['system', 'df', '-v']).toFixed(0)} ms`,
  );
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function dropCaches(): void {
  execFileSync('sync');
  writeFileSync('/proc/sys/vm/drop_caches', '3');
}
