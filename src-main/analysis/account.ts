/**
 * Every allocated byte of the data root in exactly one of nine categories. Works on the ledger, in which each inode
 * is once, so the categories sum to what `du -s -x --block-size=1` says.
 */
import { known, sum, unknown } from '../model/measured.ts';
import type { Measured } from '../model/measured.ts';
import type { LedgerEntry, OverlayFolder, StoreKind, StoreSnapshot } from '../model/store.ts';
import { judgeFolder, orphansOf } from './orphans.ts';

export const CATEGORIES = [
  'imageLayers',
  'writableLayers',
  'buildCache',
  'volumes',
  'logs',
  'orphans',
  'inactiveStore',
  'engineMetadata',
  'other',
] as const;

export type Category = (typeof CATEGORIES)[number];

export interface Account {
  readonly total: Measured;
  readonly categories: Readonly<Record<Category, Measured>>;
  /** The entries of `other`, largest first: what it is and why it has no better place. */
  readonly others: readonly { readonly path: string; readonly diskBytes: Measured; readonly why: string }[];
}

/** All unknown when the data root was not read; one unreadable entry makes its category and the total unknown. */
export function account(snapshot: StoreSnapshot): Account {
  const folders = new Map(snapshot.folders.map((folder) => [`overlay2/${folder.name}`, folder]));
  const orphans = new Set(orphansOf(snapshot).map((orphan) => orphan.path));
  const parts = new Map<Category, Measured[]>(CATEGORIES.map((category) => [category, []]));
  const others: { path: string; diskBytes: Measured; why: string }[] = [];

  for (const entry of snapshot.ledger) {
    const folder = folders.get(entry.path);
    const category = orphans.has(entry.path) ? 'orphans' : categoryOf(entry, folder, snapshot.store);
    const { diskBytes, logDiskBytes } = entry;
    if (logDiskBytes > 0 && diskBytes.state === 'known') {
      parts.get('logs')!.push(known(logDiskBytes));
      parts.get(category)!.push(known(diskBytes.bytes - logDiskBytes));
    } else parts.get(category)!.push(diskBytes);
    if (category === 'other') others.push({ path: entry.path, diskBytes, why: whyOther(folder, snapshot) });
  }

  const read = snapshot.ledger.length > 0;
  const total = (all: readonly Measured[]): Measured =>
    read ? sum(all) : unknown('the data root was not read');
  const categories = Object.fromEntries(CATEGORIES.map((one) => [one, total(parts.get(one)!)]));
  return {
    total: total(snapshot.ledger.map((entry) => entry.diskBytes)),
    categories: categories as Record<Category, Measured>,
    others: others.sort((a, b) => size(b.diskBytes) - size(a.diskBytes)),
  };
}

/** Entries of a data root that are the engine's own books and tools, whichever store is active. */
const METADATA = new Set(
  `. containers volumes network plugins buildkit builder tmp trust swarm runtimes rootfs containerd image overlay2`.split(
    ' ',
  ),
);
/** What other storage drivers leave behind after a switch. */
const OTHER_DRIVERS = new Set(['aufs', 'btrfs', 'devicemapper', 'fuse-overlayfs', 'overlay', 'vfs', 'zfs']);
const CONTAINERD_STORE = /^containerd\/daemon\/io\.containerd\.(?:content|snapshotter)\./;

function categoryOf({ path }: LedgerEntry, folder: OverlayFolder | undefined, store: StoreKind): Category {
  if (CONTAINERD_STORE.test(path)) return store === 'containerd' ? 'imageLayers' : 'inactiveStore';
  if (OTHER_DRIVERS.has(path)) return 'inactiveStore';
  if (store === 'containerd' && (path === 'image' || path.startsWith('overlay2'))) return 'inactiveStore';
  if (path.startsWith('volumes/')) return 'volumes';
  if (path.startsWith('containers/')) return 'engineMetadata';
  if (path.startsWith('overlay2/')) return categoryOfFolder(folder);
  return METADATA.has(path) ? 'engineMetadata' : 'other';
}

function categoryOfFolder(folder: OverlayFolder | undefined): Category {
  switch (folder?.owner.kind) {
    case 'layer':
      return 'imageLayers';
    case 'writable':
    case 'init':
      return 'writableLayers';
    case 'build-cache':
      return 'buildCache';
    case 'removing':
    case 'unowned':
    case undefined:
      return 'other';
  }
}

function whyOther(folder: OverlayFolder | undefined, snapshot: StoreSnapshot): string {
  if (folder === undefined) return 'not one of Docker’s own entries of a data root';
  if (folder.owner.kind === 'removing') return 'half removed: the engine ends that at its next clean stop';
  const judged = judgeFolder(folder, snapshot);
  return judged.orphan ? 'an orphan' : `no owner, and no proof that it is an orphan: ${judged.why}`;
}

function size(measured: Measured): number {
  return measured.state === 'known' ? measured.bytes : Number.MAX_SAFE_INTEGER;
}
