/**
 * One scan in a process of its own: `scan-child.ts ROOT WORKERS [STATE_DIR] [again]`. With a state folder results are
 * remembered; `again` measures five more scans in the same process, `ms` is their median. Prints JSON.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openHistory } from '../../src-main/history/index.ts';
import { walkUnits } from '../../src-main/sources/scan/index.ts';

const [root = '', workers = '4', stateDir, again] = process.argv.slice(2);
const history = stateDir ? await openHistory(stateDir) : null;
const units = readdirSync(join(root, 'overlay2')).map((name) => ({
  path: `overlay2/${name}`,
  without: [],
  immutable: true,
  expectedBytes: 0,
  chainId: null,
}));
const scan = () => walkUnits(root, units, { workers: Number(workers), memory: history?.layers });

let result = await scan();
const times: number[] = [];
for (let round = 0; again && round < 5; round += 1) {
  const start = performance.now();
  result = await scan();
  times.push(performance.now() - start);
}
const ms = times.toSorted((one, other) => one - other)[2];
await history?.close();
const diskBytes = result.units.reduce((sum, { totals }) => sum + totals.diskBytes, 0);
console.log(JSON.stringify({ ms, diskBytes, maxRssMiB: process.resourceUsage().maxRSS / 1024 }));
