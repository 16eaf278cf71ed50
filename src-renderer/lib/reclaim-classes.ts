import type { ScanReclaimable } from '../../src-main/contract/scan-document.ts';
import { isRunning, type Hue } from './hue.ts';
import type { Ref } from './ref.ts';
import type { StoreIndex } from './store-index.ts';

/** A class of things that may go, with one button. `bytes` is exact for the whole class removed alone. */
export interface ReclaimClass {
  readonly key: keyof ScanReclaimable;
  readonly title: string;
  readonly explains: string;
  readonly hue: Hue;
  readonly bytes: number | null;
  readonly refs: readonly Ref[];
}

export function reclaimClasses(index: StoreIndex): readonly ReclaimClass[] {
  const { document, heads } = index;
  const { reclaimable } = document;
  const images = (which: (id: string) => boolean): readonly Ref[] =>
    heads.filter((image) => which(image.id)).map((image) => ({ kind: 'image', id: image.id }));
  return [
    {
      key: 'dangling',
      title: 'Dangling images',
      explains: 'No name leads to them and nothing uses them.',
      hue: 'dangling',
      bytes: reclaimable.dangling,
      refs: images((id) => index.stateOfImage.get(id) === 'dangling'),
    },
    {
      key: 'unused',
      title: 'Unused images',
      explains: 'No container uses them; dangling ones are among them.',
      hue: 'unused',
      bytes: reclaimable.unused,
      refs: images((id) => ['unused', 'dangling'].includes(index.stateOfImage.get(id) ?? '')),
    },
    {
      key: 'stoppedContainers',
      title: 'Stopped containers',
      explains: 'What they wrote and their logs are lost with them.',
      hue: 'stopped',
      bytes: reclaimable.stoppedContainers,
      refs: document.containers
        .filter((container) => !isRunning(container.state))
        .map((container) => ({ kind: 'container', id: container.id })),
    },
    {
      key: 'buildCache',
      title: 'Build cache',
      explains: 'The next build takes longer.',
      hue: 'dangling',
      bytes: reclaimable.buildCache,
      refs: document.buildCache
        .filter((record) => !record.inUse && !record.shared)
        .map((record) => ({ kind: 'build-cache', id: record.id })),
    },
    {
      key: 'orphans',
      title: 'Orphan folders',
      explains: 'Docker forgot them and never removes them. They move to the quarantine first.',
      hue: 'orphan',
      bytes: reclaimable.orphans,
      refs: document.orphans.map((orphan) => ({ kind: 'orphan', id: orphan.path })),
    },
  ];
}
