import type { Ref } from './ref.ts';

export interface GridColumn {
  readonly key: string;
  readonly title: string;
  /** A CSS grid track. */
  readonly width: string;
  readonly align?: 'end';
  readonly sorts?: boolean;
  readonly hint?: string;
  /** Left out while the grid is narrower than this many pixels. */
  readonly from?: number;
}

/** A line of a grid; without an item it is the head of a group. */
export interface GridRow<T> {
  readonly key: string;
  readonly ref: Ref | null;
  readonly item: T | null;
}

export interface Sort {
  readonly key: string;
  readonly down: boolean;
}

/** `-unique` is from the biggest down; an unknown text falls back. */
export function parseSort(text: string | undefined, fallback: Sort): Sort {
  if (!text) return fallback;
  return text.startsWith('-') ? { key: text.slice(1), down: true } : { key: text, down: false };
}

export function formatSort(sort: Sort): string {
  return `${sort.down ? '-' : ''}${sort.key}`;
}

/** Sorted by a value; unknown ones last, either way round. */
export function sortedBy<T>(
  items: readonly T[],
  valueOf: (item: T) => number | string | null,
  down: boolean,
): readonly T[] {
  const sign = down ? -1 : 1;
  return items
    .map((item) => [item, valueOf(item)] as const)
    .sort(([, a], [, b]) => {
      if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
      if (typeof a === 'string' || typeof b === 'string') return sign * String(a).localeCompare(String(b));
      return sign * (a - b);
    })
    .map(([item]) => item);
}
