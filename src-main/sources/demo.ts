/** The embedded sample store: records as engine, disk and walk give them, joined like a real store's. */
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { StoreSnapshot } from '../model/store.ts';
import type { DiskRecords } from './disk/records.ts';
import type { EngineRecords } from './engine/records.ts';
import { joinStore } from './join.ts';
import type { WalkResult } from './scan/records.ts';

export interface Demo {
  readonly takenAtMs: number;
  readonly engine: EngineRecords;
  readonly disk: DiskRecords;
  readonly walk: WalkResult;
}

const FILE = 'resources/demo/store.json.gz';

/** Our own file, made by `test/support/make-demo.ts` and shipped with us: believed as it is. */
export async function readDemo(): Promise<Demo> {
  const packed = await readFile(await findFile());
  return JSON.parse((await promisify(gunzip)(packed)).toString('utf8')) as Demo;
}

export async function demoSnapshot(): Promise<StoreSnapshot> {
  const demo = await readDemo();
  return joinStore({ ...demo, access: 'direct' });
}

/** Upwards from here: the sources and the built `out/main` lie at different depths below the folder with resources. */
async function findFile(): Promise<string> {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(folder, FILE);
    try {
      await access(file);
      return file;
    } catch (thrown) {
      const above = dirname(folder);
      if (above === folder)
        throw new Error(`${FILE} is not beside the program: it was not installed whole`, { cause: thrown });
      folder = above;
    }
  }
}
