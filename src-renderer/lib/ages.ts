/** Times of the document (ISO 8601 UTC) for people. */
const STEPS: readonly (readonly [seconds: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [31_557_600, 'year'],
  [2_629_800, 'month'],
  [604_800, 'week'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const absolute = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** `3 weeks ago`; `–` for an unknown time. */
export function formatAge(iso: string | null, nowMs: number): string {
  const atMs = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(atMs)) return '–';
  const seconds = (atMs - nowMs) / 1000;
  for (const [length, unit] of STEPS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return 'just now';
}

/** `2 Sept 2026`. */
export function formatDay(iso: string): string {
  return day.format(Date.parse(iso));
}

export function formatTime(iso: string | null): string {
  const atMs = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(atMs) ? 'not known' : absolute.format(atMs);
}
