import { describe, expect, test } from 'vitest';
import { sharingMatrix } from '../../src-renderer/charts/matrix.ts';
import { biggestHogs } from '../../src-renderer/lib/hogs.ts';
import { cacheTree } from '../../src-renderer/lib/cache-tree.ts';
import { filterImages, imageTable } from '../../src-renderer/lib/image-rows.ts';
import { reclaimClasses } from '../../src-renderer/lib/reclaim-classes.ts';
import { indexStore, layerBytes } from '../../src-renderer/lib/store-index.ts';
import type { ScanBuildCache, ScanDocument } from '../../src-main/contract/scan-document.ts';
import { measuredSoFar } from '../support/measured-so-far.ts';
import { sampleDocument } from '../support/sample-document.ts';

const document = sampleDocument({ images: 80, seed: 7 });
const index = indexStore(document);
const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

describe('sharing groups', () => {
  test('every layer is in exactly one group, so that every byte is drawn once', () => {
    const layers = index.groups.flatMap((group) => group.layers);
    expect(layers.toSorted()).toEqual(document.layers.map((layer) => layer.chainId).toSorted());
    expect(sum(index.groups.map((group) => group.bytes))).toBe(document.account.imageLayers);
  });

  test('the groups of one image alone are its unique bytes', () => {
    for (const image of document.images) {
      const own = index.groups.filter((group) => group.images.length === 1 && group.images[0] === image.id);
      expect(sum(own.map((group) => group.bytes))).toBe(image.uniqueDiskBytes);
    }
  });

  test('intermediate images are no users', () => {
    const [first, second] = document.images;
    const changed: ScanDocument = {
      ...document,
      images: document.images.map((image) =>
        image.id === first?.id ? { ...image, intermediate: true } : image,
      ),
    };
    const groups = indexStore(changed).groups;
    expect(groups.some((group) => group.images.includes(first?.id ?? ''))).toBe(false);
    expect(groups.some((group) => group.images.includes(second?.id ?? ''))).toBe(true);
  });

  test('a layer without a size makes its group “at least”, never smaller without saying so', () => {
    const [layer] = document.layers;
    const changed: ScanDocument = {
      ...document,
      layers: document.layers.map((one) => (one === layer ? { ...one, diskBytes: null } : one)),
    };
    const group = indexStore(changed).groupOfLayer.get(layer?.chainId ?? '');
    expect(group?.unmeasured).toBe(1);
  });

  test('without the disk the sizes are Docker’s own', () => {
    const [layer] = document.layers;
    expect(layer && layerBytes(layer, 'apparent')).toBe(layer?.bytes);
    expect(layer && layerBytes({ ...layer, diskBytes: null }, 'disk')).toBeNull();
  });
});

describe('matrix', () => {
  test('a column goes when all its images go, and one that misses a single image names it', () => {
    const shared = index.groups.find((group) => group.images.length > 1 && group.containers.length === 0);
    if (!shared) throw new Error('the sample has no such group');
    const verdictFor = (going: readonly string[]) =>
      sharingMatrix(index.groups, shared.images, { going: new Set(going), maxColumns: 500 }).columns.find(
        (column) => column.group.id === shared.id,
      );
    expect(verdictFor([])?.verdict).toBe('stays');
    expect(verdictFor(shared.images.slice(1))).toMatchObject({
      verdict: 'almost',
      missing: shared.images[0],
    });
    expect(verdictFor(shared.images)?.verdict).toBe('goes');
  });

  test('what a container stands on never goes with its images', () => {
    const held = index.groups.find((group) => group.containers.length > 0);
    if (!held) throw new Error('the sample has no such group');
    const { columns } = sharingMatrix(index.groups, held.images, {
      going: new Set(held.images),
      maxColumns: 500,
    });
    expect(columns.find((column) => column.group.id === held.id)?.verdict).toBe('stays');
  });

  test('rows sum to the image', () => {
    const ids = document.images.slice(0, 20).map((image) => image.id);
    const { rows } = sharingMatrix(index.groups, ids, { going: new Set(), maxColumns: 5 });
    for (const row of rows) {
      expect((row.unique.bytes ?? 0) + row.sharedBytes).toBe(index.images.get(row.imageId)?.diskBytes);
    }
  });
});

describe('lists', () => {
  test('hogs of all kinds are ranked by what goes with each', () => {
    const hogs = biggestHogs(index, 1000);
    expect(new Set(hogs.map((hog) => hog.ref.kind))).toEqual(
      new Set(['image', 'container', 'volume', 'build-cache', 'orphan']),
    );
    const bytes = hogs.map((hog) => hog.bytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => b - a));
  });

  test('while the store is measured, pictures are drawn by Docker’s sizes and hogs say that they grow', () => {
    const soFar = indexStore(measuredSoFar(document, 0.3));
    expect(soFar.measure).toBe('apparent');
    const drawn = soFar.groups.reduce((bytes, group) => bytes + group.bytes, 0);
    expect(drawn).toBe(document.layers.reduce((bytes, layer) => bytes + (layer.bytes ?? 0), 0));
    const hogs = biggestHogs(soFar, 1000);
    expect(hogs.some((hog) => hog.atLeast)).toBe(true);
    for (const hog of hogs.filter(({ ref }) => ref.kind === 'image'))
      expect(hog.atLeast).toBe(soFar.images.get(hog.ref.id)?.atLeast === true);
    expect(biggestHogs(index, 1000).some((hog) => hog.atLeast)).toBe(false);
  });

  test('unmeasured things are not ranked', () => {
    const unmeasured = {
      ...document,
      volumes: document.volumes.map((volume) => ({ ...volume, diskBytes: null })),
    };
    expect(biggestHogs(indexStore(unmeasured), 1000).some((hog) => hog.ref.kind === 'volume')).toBe(false);
  });

  test('a running container and used images are in no class that may go', () => {
    const refs = reclaimClasses(index).flatMap((one) => one.refs);
    for (const container of document.containers) {
      if (container.state === 'running') expect(refs.some((ref) => ref.id === container.id)).toBe(false);
    }
    for (const image of document.images) {
      if (image.containers.length > 0) expect(refs.some((ref) => ref.id === image.id)).toBe(false);
    }
  });

  test('images are found by tag, id and state, and each stands in one repository', () => {
    const all = filterImages(index, { query: '', chips: new Set() });
    expect(all).toHaveLength(document.images.length);
    const [image] = document.images;
    expect(filterImages(index, { query: image?.id.slice(7, 19) ?? '', chips: new Set() })).toEqual([image]);
    const dangling = filterImages(index, { query: '', chips: new Set(['dangling']) });
    expect(dangling.length).toBe(document.images.filter((one) => one.dangling).length);
    const { rows, heads } = imageTable(index, all, { sort: { key: 'size', down: true }, grouped: true });
    expect(rows.filter((row) => row.item !== null)).toHaveLength(all.length);
    expect(sum([...heads.values()].map((head) => head.images.length))).toBe(all.length);
  });
});

describe('build cache', () => {
  const record = (id: string, parents: readonly string[], bytes = 1): ScanBuildCache => ({
    id,
    type: 'regular',
    description: id,
    diskBytes: bytes,
    inUse: false,
    shared: false,
    created: null,
    lastUsed: null,
    usageCount: null,
    parents,
    path: null,
  });

  test('a record stands below its parent and says who needs it', () => {
    const lines = cacheTree([record('child', ['parent']), record('parent', [])]);
    expect(lines.map((line) => [line.record.id, line.depth, line.pinnedBy])).toEqual([
      ['parent', 0, 'child'],
      ['child', 1, ''],
    ]);
  });

  test('a use that nobody could tell is not called a build', () => {
    const used = { ...record('used', []), inUse: true };
    const unsure = { ...record('unsure', []), inUse: true, useUnknown: 'the engine was not asked' };
    const words = new Map(cacheTree([used, unsure]).map((line) => [line.record.id, line.pinnedBy]));
    expect(words.get('used')).toBe('a running build');
    expect(words.get('unsure')).toBe('not known');
  });

  test('loops and missing parents lose no record', () => {
    const lines = cacheTree([
      record('a', ['b']),
      record('b', ['a']),
      record('c', ['gone']),
      record('d', ['d']),
    ]);
    expect(lines.map((line) => line.record.id).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });
});
