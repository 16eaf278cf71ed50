import { describe, expect, test } from 'vitest';
import { whyAnotherStore } from '../../src-main/services/same-store.ts';
import type { DiskRecords } from '../../src-main/sources/disk/records.ts';
import type { EngineRecords } from '../../src-main/sources/engine/records.ts';

interface Store {
  readonly engineId?: string;
  readonly images?: readonly string[];
  readonly containers?: readonly string[];
}

const ids = (all: readonly string[] | undefined) => (all ?? []).map((id) => ({ id }));

const engine = (store: Store, endpoint = 'unix:///var/run/docker.sock') =>
  ({
    facts: { endpoint },
    engineId: store.engineId ?? '',
    images: ids(store.images),
    containers: ids(store.containers),
  }) as unknown as EngineRecords;

const disk = (store: Store) =>
  ({
    engineId: store.engineId ?? null,
    images: ids(store.images),
    containers: ids(store.containers),
  }) as unknown as DiskRecords;

describe('a folder is believed to be the data root of the engine that answers', () => {
  test('with the same engine id, even over the network', () => {
    const store = { engineId: 'A', images: ['1'] };
    expect(whyAnotherStore(engine(store, 'tcp://host:2375'), disk(store))).toBeNull();
  });

  test('with one of its containers, whatever else has changed meanwhile', () => {
    const asked = engine({ containers: ['c1', 'c2'], images: ['new'] }, 'tcp://host:2375');
    expect(whyAnotherStore(asked, disk({ containers: ['c1'], images: [] }))).toBeNull();
  });

  test('on a local socket, with all of its images', () => {
    expect(whyAnotherStore(engine({ images: ['1'] }), disk({ images: ['1', '2'] }))).toBeNull();
    expect(whyAnotherStore(engine({}), disk({}))).toBeNull();
  });
});

describe('it is another one', () => {
  test('with another engine id, although the images are the same', () => {
    expect(
      whyAnotherStore(engine({ engineId: 'A', images: ['1'] }), disk({ engineId: 'B', images: ['1'] })),
    ).not.toBeNull();
  });

  test('with none of the containers', () => {
    expect(whyAnotherStore(engine({ containers: ['c1'] }), disk({ containers: ['c9'] }))).not.toBeNull();
  });

  test('over the network without any proof, although it looks the same', () => {
    expect(
      whyAnotherStore(engine({ images: ['1'] }, 'tcp://host:2375'), disk({ images: ['1'] })),
    ).not.toBeNull();
  });

  test('without one of the images', () => {
    expect(whyAnotherStore(engine({ images: ['1', '2'] }), disk({ images: ['1'] }))).not.toBeNull();
  });
});
