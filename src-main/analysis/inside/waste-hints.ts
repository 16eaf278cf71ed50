/** Advice in plain words, only where the bytes prove it. */
import type { Waste, WastedBytes } from './waste.ts';

/** Below a megabyte a hint costs more attention than it saves bytes. */
const WORTH_A_HINT = 1_000_000;
const MAX_HINTS = 5;

const KNOWN_CACHES: readonly { readonly path: RegExp; readonly what: string; readonly advice: string }[] = [
  {
    path: /^\/var\/lib\/apt\/lists(?:\/|$)/,
    what: 'apt lists',
    advice: 'remove them in the same RUN, or mount a cache there',
  },
  {
    path: /^\/var\/cache\/(?:apt|apk|yum|dnf)(?:\/|$)/,
    what: 'package cache',
    advice: 'clean it in the same RUN',
  },
  {
    path: /\/\.cache\/(?:pip|yarn|go-build)(?:\/|$)/,
    what: 'build cache',
    advice: 'use a cache mount for it',
  },
  { path: /\/\.npm(?:\/|$)/, what: 'npm cache', advice: 'use a cache mount for it' },
];

/** @param steps the build step of each layer, base first, already masked */
export function wasteHints(waste: Waste, steps: readonly string[]): string[] {
  return waste.paths
    .filter((row) => row.wastedBytes >= WORTH_A_HINT)
    .slice(0, MAX_HINTS)
    .map((row) => hint(row, steps));
}

function hint(row: WastedBytes, steps: readonly string[]): string {
  const size = `${(row.wastedBytes / 1_000_000).toFixed(1)} MB`;
  const from = row.copies[0]?.layer ?? 0;
  const added = `layer ${from} (${stepName(steps[from])})`;
  const hidden = `layer ${row.hiddenBy} (${stepName(steps[row.hiddenBy])})`;
  switch (row.reason) {
    case 'deleted': {
      const known = KNOWN_CACHES.find(({ path }) => path.test(row.path));
      const advice =
        known === undefined ? 'delete it in the step that adds it, or do not add it' : known.advice;
      return `${added} adds ${size} of ${known?.what ?? row.path} that ${hidden} deletes: ${advice}.`;
    }
    case 'metadata-only':
      return `${hidden} changes only mode or owner of ${row.path}, and copies ${size} for it: set them where it is added (COPY --chmod, --chown).`;
    case 'overwritten':
      return `${hidden} replaces ${row.path} of ${added}: ${size} stay below it. Add the final one only.`;
    default:
      return row.reason satisfies never;
  }
}

function stepName(step: string | undefined): string {
  const words = (step ?? '').replace(/^\/bin\/sh -c (?:#\(nop\) *)?/, '').trim();
  return words.length > 48 ? `${words.slice(0, 47)}…` : words || 'no step recorded';
}
