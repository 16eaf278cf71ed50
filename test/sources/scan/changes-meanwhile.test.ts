import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measurePiece } from '../../../src-main/sources/scan/unit-walk.ts';
import { newRoot } from './support.ts';

let root = '';
let remove = (): void => undefined;
beforeEach(() => {
  ({ root, remove } = newRoot());
  mkdirSync(join(root, 'unit/inner'), { recursive: true });
  writeFileSync(join(root, 'unit/inner/file'), '123');
  mkdirSync(join(root, 'outside'));
  writeFileSync(join(root, 'outside/secret'), Buffer.alloc(50_000));
});
afterEach(() => remove());

/** Walks `unit`; `meanwhile` happens after it was listed and before the folder in it is. */
function walkWhile(guarded: boolean, meanwhile: () => void) {
  const task = { dataRoot: root, unit: 'unit', part: 'whole', content: null, hidden: [], guarded } as const;
  let folders = 0;
  return measurePiece(task, {
    onTotals: () => {
      folders += 1;
      if (folders === 1) meanwhile();
    },
  });
}

test('a folder that vanishes while its unit is walked is told, and the rest stands', () => {
  for (const guarded of [true, false]) {
    mkdirSync(join(root, 'unit/inner'), { recursive: true });
    const piece = walkWhile(guarded, () => rmSync(join(root, 'unit/inner'), { recursive: true }));
    expect(piece).toMatchObject({
      incomplete: null,
      rest: { files: 0, folders: 2 },
      issues: [{ where: 'unit/inner', what: 'vanished while it was read' }],
    });
  }
});

test('a folder swapped for a link or for another folder is not followed out of the unit', () => {
  for (const swap of ['link', 'folder']) {
    const piece = walkWhile(true, () => {
      renameSync(join(root, 'unit/inner'), join(root, `gone-${swap}`));
      if (swap === 'link') symlinkSync(join(root, 'outside'), join(root, 'unit/inner'));
      else renameSync(join(root, 'outside'), join(root, 'unit/inner'));
    });
    expect(piece.incomplete).toMatch(/unit\/inner .*replaced/);
    expect(piece.rest).toMatchObject({ files: 0, bytes: 0 });
    rmSync(join(root, 'unit/inner'), { recursive: true });
    mkdirSync(join(root, 'unit/inner'));
  }
});
