/** `containers/<id>/config.v2.json` and the log files beside it. */
import * as v from 'valibot';
import type { ContainerId } from '../../model/ids.ts';
import { parseContainerId, parseImageId } from '../../model/ids.ts';
import type { MountPoint } from '../../model/store.ts';
import { readLogs } from './container-logs.ts';
import { listFolder, readJson } from './files.ts';
import { labelsOf, timeMs } from './image-config.ts';
import type { DiskContainer } from './records.ts';
import type { Reading } from './reading.ts';

const text = v.nullish(v.string(), '');

const MountEntry = v.object({ Type: text, Name: text, Source: text, Destination: text, Driver: text });

/** Only what we use; an engine may write anything else. */
const Config = v.object({
  Name: text,
  Image: text,
  Created: text,
  State: v.object({
    Running: v.nullish(v.boolean(), false),
    Paused: v.nullish(v.boolean(), false),
    FinishedAt: text,
  }),
  Config: v.object({ Image: text, Labels: v.unknown() }),
  MountPoints: v.nullish(v.record(v.string(), MountEntry), {}),
});

type Known = Omit<DiskContainer, 'id' | 'logs'>;

/** Null when `containers/` is absent or unreadable. */
export async function readContainers(reading: Reading): Promise<DiskContainer[] | null> {
  const refused = (what: string): void => reading.usersIssue('containers', what);
  const entries = reading.attempt(() => listFolder(reading.root, 'containers'), refused);
  if (!entries) return null;
  const containers: DiskContainer[] = [];
  for (const entry of entries) {
    if (reading.due()) await reading.rest();
    const id = parseContainerId(entry.name);
    if (id && entry.isDirectory()) {
      containers.push({ id, ...readConfig(reading, id), logs: readLogs(reading, id) });
    } else reading.issue(`containers/${entry.name}`, 'is no container folder');
  }
  return containers;
}

function readConfig(reading: Reading, id: ContainerId): Known {
  const where = `containers/${id}/config.v2.json`;
  let broken = 'config.v2.json is missing';
  const damaged = (what: string): void => {
    broken = `config.v2.json ${what}`;
    reading.usersIssue(where, what);
  };
  const json = reading.attempt(() => readJson(`${reading.root}/${where}`), damaged);
  if (json === null) return unloaded(broken);
  const parsed = v.safeParse(Config, json);
  if (parsed.success) return decoded(parsed.output);
  damaged(`does not have the form of a container: ${v.getDotPath(parsed.issues[0]) ?? 'whole'}`);
  return unloaded(broken);
}

function decoded(config: v.InferOutput<typeof Config>): Known {
  return {
    name: config.Name.replace(/^\//, '') || null,
    imageId: parseImageId(config.Image) ?? null,
    imageName: config.Config.Image,
    running: config.State.Running,
    paused: config.State.Paused,
    createdAtMs: timeMs(config.Created),
    finishedAtMs: timeMs(config.State.FinishedAt),
    mounts: Object.values(config.MountPoints).map(mountPoint),
    labels: labelsOf(config.Config.Labels),
    broken: null,
  };
}

function mountPoint(mount: v.InferOutput<typeof MountEntry>): MountPoint {
  const { Type: type, Name: name, Source: source, Destination: destination } = mount;
  if (type === 'volume' || (type === '' && name !== '')) return { type: 'volume', name, source, destination };
  if (type === 'bind' || type === '') return { type: 'bind', name: '', source, destination };
  return { type: type === 'tmpfs' ? 'tmpfs' : 'other', name: '', source, destination };
}

/** The engine does not load such a container; what it holds stays on the disk. */
const unloaded = (broken: string): Known => ({
  name: null,
  imageId: null,
  imageName: '',
  running: false,
  paused: false,
  createdAtMs: null,
  finishedAtMs: null,
  mounts: [],
  labels: {},
  broken,
});
