/** How many bytes, for people. Three significant digits; an unknown size never looks like a number. */
export type Units = 'iec' | 'si';

const NAMES = {
  iec: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'],
  si: ['B', 'kB', 'MB', 'GB', 'TB', 'PB'],
} as const;

export interface FormattedBytes {
  readonly number: string;
  readonly unit: string;
}

export function bytesParts(bytes: number, units: Units): FormattedBytes {
  const base = units === 'iec' ? 1024 : 1000;
  const names = NAMES[units];
  let value = Math.abs(bytes);
  let step = 0;
  // 999.5 rounds to four digits: that is one of the next unit.
  while (step < names.length - 1 && value >= (step === 0 ? base : 999.5)) {
    value /= base;
    step += 1;
  }
  const digits = step === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return { number: `${bytes < 0 ? '−' : ''}${value.toFixed(digits)}`, unit: names[step] ?? 'B' };
}

/**
 * `1.92 GiB`; `≥ 1.92 GiB` where not all of it is measured; `–` where nobody measured. 0 is always all of it: where
 * nothing is measured yet there is no number.
 */
export function formatBytes(bytes: number | null, units: Units, atLeast = false): string {
  if (bytes === null) return '–';
  const { number, unit } = bytesParts(bytes, units);
  return `${atLeast && bytes > 0 ? '≥ ' : ''}${number} ${unit}`;
}

/** `12,345` with thin grouping; counts of files, layers, images. */
export function formatCount(count: number | null): string {
  return count === null ? '–' : count.toLocaleString('en');
}

/** `1 image`, `3 images`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `34 %`, `< 1 %`; of nothing there is no share. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  return `${percent.toFixed(0)} %`;
}
