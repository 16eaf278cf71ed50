/**
 * Bytes, or the reason we have none. "Could not read" is never 0: a plan built on 0 deletes too much.
 */
export type Measured =
  { readonly state: 'known'; readonly bytes: number } | { readonly state: 'unknown'; readonly why: string };

export const known = (bytes: number): Measured => ({ state: 'known', bytes });
export const unknown = (why: string): Measured => ({ state: 'unknown', why });

/** The bytes, or null: the form of an unmeasured size in every JSON document. */
export function bytesOrNull(measured: Measured): number | null {
  return measured.state === 'known' ? measured.bytes : null;
}

/** The sum of all; unknown, with the first reason, as soon as one is unknown. */
export function sum(all: Iterable<Measured>): Measured {
  let bytes = 0;
  for (const one of all) {
    if (one.state === 'unknown') return one;
    bytes += one.bytes;
  }
  return known(bytes);
}
