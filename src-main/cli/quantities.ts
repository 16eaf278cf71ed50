/** Sizes and ages as people type them. Each throws what commander turns into wrong usage. */
import { InvalidArgumentError } from 'commander';

const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?$/i;
const AGE = /^(\d+(?:\.\d+)?)\s*([hdwmy]?)$/i;
const POWERS = ['', 'k', 'm', 'g', 't'];
const DAYS: Readonly<Record<string, number>> = { h: 1 / 24, '': 1, d: 1, w: 7, m: 30, y: 365 };

/** `5GB` (a thousand thousands…), `5GiB` (1024 each step), `5000000`. */
export function parseSize(text: string): number {
  const [, number, unit = '', binary] = SIZE.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(number) * (binary ? 1024 : 1000) ** POWERS.indexOf(unit.toLowerCase()));
  if (number === undefined || !Number.isSafeInteger(bytes) || bytes < 1) {
    throw new InvalidArgumentError('A size is like 500MB, 5GB or 2GiB.');
  }
  return bytes;
}

/** Days: `30d`, `12h`, `4w`, `30`. */
export function parseAge(text: string): number {
  const [, number, unit = ''] = AGE.exec(text.trim()) ?? [];
  if (number === undefined) throw new InvalidArgumentError('An age is like 30d, 12h or 4w.');
  return Number(number) * DAYS[unit.toLowerCase()]!;
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('A whole number from 1 on.');
  return count;
}
