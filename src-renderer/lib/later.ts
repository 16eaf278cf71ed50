import type { Component } from 'svelte';

/** A screen whose program comes when it is opened: the first numbers do not wait for what few open. */
export interface Later {
  readonly load: () => Promise<{ readonly default: Component }>;
}

export const LATER = {
  archive: { load: () => import('../views/Archive.svelte') },
  changes: { load: () => import('../views/Changes.svelte') },
  compare: { load: () => import('../views/Compare.svelte') },
  files: { load: () => import('../views/Files.svelte') },
  history: { load: () => import('../views/History.svelte') },
  receipt: { load: () => import('../views/Receipt.svelte') },
  receipts: { load: () => import('../views/Receipts.svelte') },
  secrets: { load: () => import('../views/Secrets.svelte') },
  twice: { load: () => import('../views/Twice.svelte') },
} as const satisfies Readonly<Record<string, Later>>;
