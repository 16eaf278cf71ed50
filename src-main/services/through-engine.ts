/** The account without the files: everything the API can tell, sizes on disk unknown and an issue that says what to do. */
import { StrataError } from '../contract/errors.ts';
import type { Issue } from '../model/issue.ts';
import type { StoreSnapshot } from '../model/store.ts';
import type { Engine } from '../sources/engine/index.ts';
import type { EngineImageDetail, EngineRecords } from '../sources/engine/records.ts';
import { joinStore } from '../sources/join.ts';
import { eachOf } from '../support/concurrency.ts';
import { NO_SCAN_PROGRESS, type TakeOptions } from './store-source.ts';

export interface Asked {
  readonly engine: Engine;
  readonly names: EngineRecords;
  readonly takenAtMs: number;
  /** Why the files are not read. */
  readonly why: string;
}

/** Inspect calls at a time: an engine answers them from memory, more would only queue there. */
const DETAILS_AT_ONCE = 6;

export async function throughEngine(
  { engine, names, takenAtMs, why }: Asked,
  { signal, report, onPartial }: Pick<TakeOptions, 'signal' | 'report' | 'onPartial'>,
): Promise<StoreSnapshot> {
  const details: EngineImageDetail[] = [];
  const issues: Issue[] = [];
  const join = (records: EngineRecords): StoreSnapshot => {
    const joined = joinStore({ engine: records, disk: null, walk: null, takenAtMs, access: 'api', details });
    const what = `not readable: ${why}. Sizes on disk are not measured; for them: sudo strata scan -o FILE`;
    const notRead: Issue = { where: records.facts.dataRoot || 'the data root', what };
    return { ...joined, issues: [notRead, ...joined.issues, ...issues] };
  };
  const images = names.images ?? [];
  let done = 0;
  const tell = (): void =>
    onPartial?.(() => ({
      ...join({ ...names, docker: { ...names.docker, pending: true } }),
      partial: { measured: done, total: images.length, of: 'images' },
    }));

  tell();
  const describing = eachOf(images, DETAILS_AT_ONCE, async ({ id }) => {
    signal.throwIfAborted();
    try {
      details.push(await engine.imageDetail(id, signal));
    } catch (thrown) {
      issues.push({ where: `engine image ${id}`, what: StrataError.from(thrown).message });
    }
    done++;
    report({ ...NO_SCAN_PROGRESS, stage: 'Asking for images', done, total: images.length });
    tell();
  });
  const counting = engine.read({ signal, sizes: true });
  await Promise.all([
    counting,
    describing.then(() => report({ ...NO_SCAN_PROGRESS, stage: "Waiting for Docker's own sizes" })),
  ]);
  return join(await counting);
}
