import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noHistory, openHistory } from '../../src-main/history/index.ts';
import { rememberedTree } from '../../src-main/services/inside/remembered-trees.ts';
import type { ReadTree } from '../../src-main/sources/tree/store-trees.ts';
import { packTree } from '../../src-main/sources/tree/tree-columns.ts';
import { ENTRY_KIND } from '../../src-main/model/tree.ts';
import { TreeBuilder } from '../../src-main/sources/tree/tree-builder.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strata-trees-'));
  file = join(folder, 'tar-split.json.gz');
  writeFileSync(file, 'list');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `long`: it came as one block, as long lists do. */
function readings(entries: number, long: boolean): { read: () => Promise<ReadTree>; count: () => number } {
  let count = 0;
  const read = async (): Promise<ReadTree> => {
    count += 1;
    const builder = new TreeBuilder({ knowsDisk: false });
    for (let at = 0; at < entries; at += 1) {
      builder.add({
        path: `f${at}`,
        kind: ENTRY_KIND.file,
        mode: 0o644,
        uid: 0,
        gid: 0,
        size: at,
        mtimeMs: 0,
      });
    }
    const tree = builder.finish();
    return { tree, source: 'tar-split', ...(long ? { packed: packTree(tree) } : {}) };
  };
  return { read, count: () => count };
}

test('a long file list is read once in the life of its layer', async () => {
  const history = await openHistory(join(folder, 'state'));
  const { read, count } = readings(2_500, true);
  const first = await rememberedTree(history, file, read);
  const second = await rememberedTree(history, file, read);
  expect(count()).toBe(1);
  expect(second).toEqual(first);
  writeFileSync(file, 'another list');
  await rememberedTree(history, file, read);
  expect(count()).toBe(2);
  await history.close();
});

test('a damaged memory, none at all, or a memory that is closed only costs the reading', async () => {
  const history = await openHistory(join(folder, 'state'));
  const { read, count } = readings(3, false);
  await rememberedTree(noHistory('full'), file, read);
  await rememberedTree(history, join(folder, 'missing'), read);
  await history.close();
  expect((await rememberedTree(history, file, read)).tree.length).toBe(4);
  expect(count()).toBe(3);
});
