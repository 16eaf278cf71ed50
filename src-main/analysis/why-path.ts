/** Paths of the data root that are nobody's in particular: the engine's own books, and what is none of Docker's. */
import type { Measured } from '../model/measured.ts';
import type { StoreSnapshot } from '../model/store.ts';

export interface PathAnswer {
  readonly kind: 'path';
  readonly what: string;
  /** Of the measured entry the path is in; null when none is. */
  readonly diskBytes: Measured | null;
  readonly keptBy: readonly never[];
  readonly verdict: string;
}

const PURPOSE: Readonly<Record<string, string>> = {
  '.': 'the data root itself with its plain files',
  buildkit: 'BuildKit’s databases: the build cache’s index and history',
  containers: 'the containers’ settings and logs',
  containerd: 'the state of the containerd that the engine started',
  image: 'the engine’s books about images and layers',
  network: 'the engine’s networks',
  overlay2: 'the layers’ files, and in l/ their short names',
  plugins: 'the engine’s plugins',
  swarm: 'the state of swarm mode',
  tmp: 'the engine’s temporary files: it empties this at its start',
  volumes: 'the volumes, and the index of their options',
};

export function whyPath(snapshot: StoreSnapshot, path: string): PathAnswer {
  const inside = snapshot.ledger
    .filter((entry) => path === entry.path || path.startsWith(`${entry.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  const top = path.split('/')[0] ?? path;
  const purpose = PURPOSE[top];
  return {
    kind: 'path',
    what:
      purpose === undefined ? `${path} is none of Docker’s own entries.` : `${path} belongs to ${purpose}.`,
    diskBytes: inside?.path === path ? inside.diskBytes : null,
    keptBy: [],
    verdict:
      purpose === undefined
        ? 'No command of Docker removes it, and Strata does not either.'
        : 'The engine needs it: it is not for removing by hand.',
  };
}
