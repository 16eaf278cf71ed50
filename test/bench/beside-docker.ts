/** The files of one image on a real engine: `docker save | tar t`, `du` of its folder, and ours as a new process. */
import { dirname, join } from 'node:path';
import { buildIfOld, ROOT } from '../support/build-if-old.ts';
import { startEngine } from '../support/engine.ts';
import { timed } from './subjects.ts';

/** Milliseconds of each round. */
export interface BesideDocker {
  readonly save: readonly number[];
  readonly du: readonly number[];
  readonly ours: readonly number[];
}

/** Imports `tar` as an image and lists it in turns; each way ran once before, so Strata has scanned the store. */
export async function besideDocker(tar: string, rounds: number): Promise<BesideDocker> {
  await buildIfOld();
  const engine = startEngine();
  try {
    engine.docker(['import', tar, 'bench:1']);
    const folder = engine.docker(['image', 'inspect', '-f', '{{.GraphDriver.Data.UpperDir}}', 'bench:1']);
    const stateDir = join(dirname(engine.dataRoot), 'state');
    const strata = ['files', 'bench:1', '--host', engine.host, '--state-dir', stateDir];
    const ways = {
      save: () => timed('sh', ['-c', 'docker -H "$0" save bench:1 | tar t', engine.host]),
      du: () => timed('du', ['-s', '--block-size=1', folder]),
      ours: () => timed(process.execPath, [join(ROOT, 'out/main/cli.js'), ...strata]),
    };
    const names = ['save', 'du', 'ours'] as const;
    const times = { save: [] as number[], du: [] as number[], ours: [] as number[] };
    for (const name of names) ways[name]();
    for (let round = 0; round < rounds; round += 1) {
      for (const name of names) times[name].push(ways[name]());
    }
    return times;
  } finally {
    engine.remove();
  }
}
