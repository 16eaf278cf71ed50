/** Volumes: the engine's list and the folders on disk, with the containers that name them. */
import { known, unknown } from '../model/measured.ts';
import type { Container, Volume } from '../model/store.ts';
import type { Joining } from './join-parts.ts';

const ANONYMOUS_LABEL = 'com.docker.volume.anonymous';
const ANONYMOUS_NAME = /^[a-f0-9]{64}$/;

export function joinVolumes(joining: Joining, containers: readonly Container[]): Volume[] {
  const { disk, engine, sizes, issues } = joining;
  const onDisk = new Map((disk?.volumes ?? []).map((volume) => [volume.name, volume]));
  const listed = new Map((engine?.volumes ?? []).map((volume) => [volume.name, volume]));
  const names = new Set([...onDisk.keys(), ...listed.keys()]);
  const users = usersByVolume(containers);

  return [...names].map((name): Volume => {
    const ours = onDisk.get(name);
    const theirs = listed.get(name);
    const labels = theirs?.labels ?? ours?.labels ?? {};
    const path = `volumes/${name}`;
    if (engine?.volumes != null && theirs === undefined)
      issues.push({ where: path, what: 'is on the disk, but the engine does not list it' });
    const elsewhere = unknown(disk === null ? 'files not readable' : 'its files are not in the data root');
    const dockerBytes = theirs?.bytes ?? null;
    const said = dockerBytes === null ? elsewhere : known(dockerBytes);
    return {
      name,
      driver: theirs?.driver ?? ours?.driver ?? 'local',
      anonymous: ANONYMOUS_LABEL in labels || ANONYMOUS_NAME.test(name),
      createdAtMs: theirs?.createdAtMs ?? null,
      bytes: ours === undefined ? said : sizes.contentBytes(path),
      diskBytes: ours === undefined ? elsewhere : sizes.disk(path),
      files: ours === undefined ? null : sizes.contentFiles(path),
      containers: users.get(name) ?? [],
      labels,
      docker: { bytes: dockerBytes },
    };
  });
}

function usersByVolume(containers: readonly Container[]): Map<string, Container['id'][]> {
  const users = new Map<string, Container['id'][]>();
  for (const container of containers)
    for (const name of new Set(
      container.mounts.filter((one) => one.type === 'volume').map((one) => one.name),
    )) {
      const list = users.get(name);
      if (list === undefined) users.set(name, [container.id]);
      else list.push(container.id);
    }
  return users;
}
