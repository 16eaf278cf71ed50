/**
 * `node test/bench/account.ts [--images N] [--rounds N]`: from process start to the complete account, layers not walked,
 * of a store of many images and of a tenth of it, against `tar` reading the same metadata; in turns, so that what else
 * the machine does hits all alike. Where there is an engine, `docker system df -v` of the same store beside our scan.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { writeBigStore } from '../support/big-store.ts';
import { buildIfOld, ROOT } from '../support/build-if-old.ts';
import { haveEngine, startEngine, type TestEngine } from '../support/engine.ts';

const LAYERS_AN_IMAGE = 4;
const GOAL_TAR = 2.5;
const GOAL_MIB = 250;
const { values: options } = parseArgs({
  options: { images: { type: 'string', default: '5000' }, rounds: { type: 'string', default: '5' } },
});
const rounds = Number(options.rounds);
const images = Number(options.images);
const folder = mkdtempSync(join(tmpdir(), 'strata-bench-account-'));

interface Child {
  readonly images: number;
  readonly layers: number;
  readonly maxRssMiB: number;
}

try {
  const [small = '', large = ''] = [images / 10, images].map((count) => {
    const root = join(folder, String(count));
    writeBigStore(root, { images: count, layers: count * LAYERS_AN_IMAGE });
    return root;
  });
  const child = await built(join(import.meta.dirname, 'account-child.ts'));
  const account = (root: string): Child =>
    JSON.parse(execFileSync(process.execPath, [child, root], { encoding: 'utf8' })) as Child;
  const tar = (root: string) =>
    execFileSync('sh', ['-c', 'tar -c image containers | cat >/dev/null'], { cwd: root });
  account(large);
  tar(large);

  const times: Record<'ours' | 'tar' | 'few' | 'start', number[]> = { ours: [], tar: [], few: [], start: [] };
  let last: Child = { images: 0, layers: 0, maxRssMiB: 0 };
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    times.tar.push(timed(() => tar(large)));
    times.ours.push(timed(() => (last = account(large))));
    times.few.push(timed(() => account(small)));
    times.start.push(timed(() => execFileSync(process.execPath, ['-e', ''])));
    peak = Math.max(peak, last.maxRssMiB);
  }
  const ratio = median(times.ours.map((ms, round) => ms / times.tar[round]!));
  const each = (ms: number, count: number): string => ((ms * 1000) / count).toFixed(0);
  console.log(`${last.images} images, ${last.layers} layers; median of ${rounds}`);
  line('account, from process start', `${median(times.ours).toFixed(0)} ms`);
  line('tar -c image containers', `${median(times.tar).toFixed(0)} ms`);
  line('ours / tar', ratio.toFixed(2), ratio <= GOAL_TAR, `<= ${GOAL_TAR}`);
  line('a tenth of the images', `${median(times.few).toFixed(0)} ms`);
  const start = median(times.start);
  const [few, many] = [median(times.few) - start, median(times.ours) - start];
  line(
    'µs an image, few and all',
    `${each(few, images / 10)} and ${each(many, images)}, without the start of node`,
  );
  line('peak memory', `${peak.toFixed(0)} MiB`, peak < GOAL_MIB, `< ${GOAL_MIB} MiB`);
  if (haveEngine()) await besideDocker(large);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One file, as the program is shipped: types are not stripped at every start. */
async function built(source: string): Promise<string> {
  const outDir = join(folder, 'built');
  const output = { entryFileNames: 'child.mjs' };
  await build({
    configFile: false,
    logLevel: 'warn',
    build: { ssr: source, outDir, emptyOutDir: true, target: 'node24', rolldownOptions: { output } },
    ssr: { noExternal: true },
  });
  return join(outDir, 'child.mjs');
}

/** The same store under a real engine: our whole scan, the first and the next, and Docker's own answer. */
async function besideDocker(store: string): Promise<void> {
  await buildIfOld();
  const engine = startEngine();
  try {
    engine.stop();
    for (const name of ['image', 'overlay2', 'containers'])
      cpSync(join(store, name), join(engine.dataRoot, name), { recursive: true, verbatimSymlinks: true });
    engine.restart();
    const scan = (): number => timed(() => strata(engine, join(folder, 'state')));
    const first = scan();
    const [next, docker]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      docker.push(timed(() => engine.docker(['system', 'df', '-v'])));
      next.push(scan());
    }
    console.log(`on a real engine, ${engine.docker(['info', '-f', '{{.Images}} images'])}`);
    line('docker system df -v', `${median(docker).toFixed(0)} ms`);
    line('strata scan, the first', `${first.toFixed(0)} ms, every folder walked`);
    line('strata scan, the next', `${median(next).toFixed(0)} ms`);
  } finally {
    engine.remove();
  }
}

function strata(engine: TestEngine, state: string): void {
  const args = ['scan', '--json', '--host', engine.host, '--state-dir', state];
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'out/main/cli.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`strata scan failed: ${stderr.toString()}`);
}

/** Milliseconds. */
function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function line(what: string, value: string, met?: boolean, goal?: string): void {
  const verdict = met === undefined ? '' : `   goal ${goal ?? ''}   ${met ? 'met' : 'MISSED'}`;
  console.log(`${what.padEnd(28)} ${value}${verdict}`);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
