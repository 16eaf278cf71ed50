/**
 * `node test/bench/inside.ts [--entries N] [--rounds N]`: our header-only reading of a layer's tar against tar-stream's
 * on the same file, in turns. A ratio is the median over rounds of tar-stream's time / ours in the same round.
 * Then an image of a million files over 40 layers, opened to its first folder in a process of its own, as from a scan
 * that remembers nothing; unpacking the lists alone (zcat) stands beside it. Where there is an engine, listing an image
 * of as many files beside \`docker save | tar t\` and \`du\`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { extract, pack } from 'tar-stream';
import { stackTrees } from '../../src-main/analysis/inside/stack.ts';
import { listFolder, totalsOf } from '../../src-main/analysis/inside/tree-view.ts';
import type { LayerTree } from '../../src-main/model/tree.ts';
import { FileSource } from '../../src-main/sources/tar/byte-source.ts';
import { treeOfTar } from '../../src-main/sources/tar/layer-tree.ts';
import { readTar } from '../../src-main/sources/tar/read-tar.ts';
import { haveEngine } from '../support/engine.ts';
import { type BesideDocker, besideDocker } from './beside-docker.ts';
import { bundle } from './bundle.ts';
import { writeMillion } from './make-million.ts';

const { values: options } = parseArgs({
  options: { entries: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '5' } },
});
const entries = Number(options.entries);
const folder = mkdtempSync(join(tmpdir(), 'strata-bench-inside-'));
const path = join(folder, 'layer.tar');
let tree: LayerTree | undefined;

try {
  await writeTar();
  const [ours, theirs, kept, first]: number[][] = [[], [], [], []];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    theirs!.push(await timed(withTarStream));
    ours!.push(await timed(headersOnly));
    kept!.push(await timed(treeKept));
    first!.push(await timed(firstScreen));
  }
  const ratios = ours!.map((ms, round) => theirs![round]! / ms);
  console.log(
    `${entries} entries, ${(statSync(path).size / 1e6).toFixed(0)} MB, median of ${options.rounds}`,
  );
  console.log(`tar-stream                  ${median(theirs!).toFixed(0)} ms`);
  console.log(`ours                        ${median(ours!).toFixed(0)} ms`);
  console.log(
    `faster than tar-stream      ${median(ratios).toFixed(2)} ×   goal 1.5   ${median(ratios) >= 1.5 ? 'met' : 'MISSED'}`,
  );
  console.log(`ours, with a tree kept      ${median(kept!).toFixed(0)} ms`);
  goal('first folder of a kept tree', `${median(first!).toFixed(0)} ms`, '300 ms', median(first!) < 300);
  await openMillion();
  if (haveEngine()) printBesideDocker(await besideDocker(path, Number(options.rounds)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function openMillion(): Promise<void> {
  const lists = writeMillion(join(folder, 'million'), { files: 1_000_000, layers: 40 });
  const built = await bundle();
  const child = join(built, 'open-image-child.js');
  const opened = JSON.parse(
    execFileSync(process.execPath, [child, ...lists], { encoding: 'utf8' }),
  ) as Opened;
  rmSync(built, { recursive: true });
  const { entries: all, treesMs, openMs, openCpuMs, openMiB, wasteMs } = opened;
  const script = 'zcat "$@" > /dev/null; times';
  const zcat = spawnSync('sh', ['-c', script, 'sh', ...lists], { encoding: 'utf8' }).stdout.split('\n')[1];
  console.log(`\n${all} entries in ${lists.length} layers, ${availableParallelism()} cores`);
  console.log(`all file lists              ${(treesMs / 1000).toFixed(1)} s`);
  goal('open to the first folder', `${(openMs / 1000).toFixed(1)} s`, '5 s', openMs < 5000);
  console.log(`  of CPU time, all threads  ${(openCpuMs / 1000).toFixed(1)} s`);
  goal('memory at most', `${openMiB.toFixed(0)} MiB`, '500 MB', openMiB * 1.048576 < 500);
  console.log(`waste and dive's score      ${(wasteMs / 1000).toFixed(1)} s`);
  console.log(`zcat of the lists alone     ${zcat} (user, system)`);
}

interface Opened {
  readonly entries: number;
  readonly treesMs: number;
  readonly openMs: number;
  readonly openCpuMs: number;
  readonly openMiB: number;
  readonly wasteMs: number;
}

function printBesideDocker({ save, du, ours }: BesideDocker): void {
  const ratio = (others: readonly number[]): string =>
    median(ours.map((ms, round) => ms / others[round]!)).toFixed(2);
  console.log(`\nan image of ${entries} files on a real engine, its files listed by a new process`);
  console.log(`docker save | tar t         ${median(save).toFixed(0)} ms`);
  console.log(`du -s of its folder         ${median(du).toFixed(0)} ms`);
  console.log(`strata files, scanned once  ${median(ours).toFixed(0)} ms`);
  console.log(`ours / docker save          ${ratio(save)} ×, ours / du ${ratio(du)} ×`);
}

function goal(name: string, value: string, wanted: string, met: boolean): void {
  console.log(`${name.padEnd(27)} ${value}   goal ${wanted}   ${met ? 'met' : 'MISSED'}`);
}

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function withTarStream(): Promise<void> {
  const parser = createReadStream(path, { highWaterMark: 1 << 20 }).pipe(extract());
  let count = 0;
  for await (const entry of parser) {
    count += 1;
    entry.resume();
  }
  if (count !== entries) throw new Error(`tar-stream saw ${count}`);
}

async function headersOnly(): Promise<void> {
  const file = await open(path);
  let count = 0;
  for await (const { header } of readTar(new FileSource(file, 0, statSync(path).size))) {
    if (header.name !== '') count += 1;
  }
  await file.close();
  if (count !== entries) throw new Error(`we saw ${count}`);
}

async function treeKept(): Promise<void> {
  const file = await open(path);
  tree = await treeOfTar(new FileSource(file, 0, statSync(path).size));
  await file.close();
  if (tree.length < entries) throw new Error(`we saw ${tree.length}`);
}

async function firstScreen(): Promise<void> {
  const stack = stackTrees([tree!]);
  if (listFolder(stack, totalsOf(stack, 'stacked'), '/') === undefined) throw new Error('no root');
  return Promise.resolve();
}

/** Bodies of 0 to 16 KB, names like node_modules. */
async function writeTar(): Promise<void> {
  const out = openSync(path, 'w');
  const tar = pack();
  const written = (async () => {
    for await (const chunk of tar) writeSync(out, chunk as Buffer);
  })();
  const body = Buffer.alloc(16 << 10, 7);
  for (let entry = 0; entry < entries; entry += 1) {
    const name = `usr/lib/node_modules/package-${entry % 997}/lib/module-${entry}.js`;
    tar.entry({ name, size: (entry * 37) % body.length }, body.subarray(0, (entry * 37) % body.length));
    if (entry % 100 === 0) await new Promise(setImmediate);
  }
  tar.finalize();
  await written;
  closeSync(out);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
