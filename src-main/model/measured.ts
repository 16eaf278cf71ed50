/**
 * Bytes, or the reason we have none. "Could not read" is never 0: a plan built on 0 deletes too much. `atLeast` is what is
 * there for certain, for pictures of a scan that runs; nothing is planned with it.
 */
export type Measured =
  | { readonly state: 'known'; readonly bytes: number }
  | { readonly state: 'unknown'; readonly why: string; readonly atLeast?: number };

export const known = (bytes: number): Measured => ({ state: 'known', bytes });
export const unknown = (why: string): Measured => ({ state: 'unknown', why });

/** Part of it was measured. */
export const unknownBut = (atLeast: number, why: string): Measured => ({ state: 'unknown', why, atLeast });

/** The bytes, or null: the form of an unmeasured size in every JSON document. */
export function bytesOrNull(measured: Measured): number | null {
  return measured.state === 'known' ? measured.bytes : null;
}

/** The bytes, or what is there for certain; null when that is nothing. Only for accounts that say they are partial. */
export function atLeastOrNull(measured: Measured): number | null {
  return measured.state === 'known' ? measured.bytes : (measured.atLeast ?? 0) || null;
}

/** The sum of all; unknown, with the first reason, as soon as one is unknown. */
export function sum(all: Iterable<Measured>): Measured {
  let bytes = 0;
  let why: string | null = null;
  for (const one of all) {
    bytes += one.state === 'known' ? one.bytes : (one.atLeast ?? 0);
    if (one.state === 'unknown') why ??= one.why;
  }
  return why === null ? known(bytes) : unknownBut(bytes, why);
}
