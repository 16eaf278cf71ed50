/** The log files of a container's folder: the json-file driver's, the local driver's, and the cache of other drivers. */
import { lstatSync, type Dirent } from 'node:fs';
import { listFolder } from './files.ts';
import type { LogFile } from './records.ts';
import type { Reading } from './reading.ts';

/** `<id>-json.log`, rotated `.1`, `.2.gz`; `container-cached.log` likewise. */
const ROTATED = /^(.+)\.log(?:\.\d+(?:\.gz)?)?$/;
const LOCAL_LOGS = 'local-logs';

/** Null when they could not all be listed. */
export function readLogs(reading: Reading, id: string): LogFile[] | null {
  const folder = `containers/${id}`;
  const logs: LogFile[] = [];
  let whole = true;
  const listed = (...parts: readonly string[]): readonly Dirent[] => {
    const damaged = (what: string): void => {
      whole = false;
      reading.issue(parts.join('/'), what);
    };
    return reading.attempt(() => listFolder(reading.root, ...parts), damaged) ?? [];
  };
  const add = (path: string): void => {
    const stat = lstatSync(`${reading.root}/${path}`, { throwIfNoEntry: false });
    if (stat) logs.push({ path, bytes: stat.size, diskBytes: stat.blocks * 512 });
  };
  for (const entry of listed('containers', id)) {
    const base = ROTATED.exec(entry.name)?.[1];
    const isLog = base === `${id}-json` || base === 'container-cached';
    if (isLog && entry.isFile()) add(`${folder}/${entry.name}`);
    else if (entry.name === LOCAL_LOGS) {
      for (const local of listed('containers', id, LOCAL_LOGS))
        if (local.isFile()) add(`${folder}/${LOCAL_LOGS}/${local.name}`);
    }
  }
  return whole ? logs : null;
}
