/** The log files of a container's folder: the json-file driver's, the local driver's, and the cache of other drivers. */
import { lstatSync } from 'node:fs';
import { listFolder } from './files.ts';
import type { LogFile } from './records.ts';
import type { Reading } from './reading.ts';

/** `<id>-json.log`, rotated `.1`, `.2.gz`; `container-cached.log` likewise. */
const ROTATED = /^(.+)\.log(?:\.\d+(?:\.gz)?)?$/;
const LOCAL_LOGS = 'local-logs';

export function readLogs(reading: Reading, id: string): LogFile[] {
  const folder = `containers/${id}`;
  const damaged = (what: string): void => reading.issue(folder, what);
  const files = reading.attempt(() => listFolder(reading.root, 'containers', id), damaged) ?? [];
  const logs: LogFile[] = [];
  for (const entry of files) {
    const base = ROTATED.exec(entry.name)?.[1];
    const isLog = base === `${id}-json` || base === 'container-cached';
    if (isLog && entry.isFile()) addLog(reading, `${folder}/${entry.name}`, logs);
    else if (entry.name === LOCAL_LOGS) addLocalLogs(reading, id, logs);
  }
  return logs;
}

function addLocalLogs(reading: Reading, id: string, logs: LogFile[]): void {
  const folder = `containers/${id}/${LOCAL_LOGS}`;
  const damaged = (what: string): void => reading.issue(folder, what);
  const files = reading.attempt(() => listFolder(reading.root, ...folder.split('/')), damaged) ?? [];
  for (const entry of files) if (entry.isFile()) addLog(reading, `${folder}/${entry.name}`, logs);
}

function addLog(reading: Reading, path: string, logs: LogFile[]): void {
  const stat = lstatSync(`${reading.root}/${path}`, { throwIfNoEntry: false });
  if (stat) logs.push({ path, bytes: stat.size, diskBytes: stat.blocks * 512 });
}
