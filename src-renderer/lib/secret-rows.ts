import type { SecretFinding } from '../../src-main/contract/inside.ts';
import { sortedBy, type Sort } from './grid.ts';

export const WHERE_WORDS: Readonly<Record<SecretFinding['where'], string>> = {
  file: 'a file in a layer',
  env: 'the environment',
  label: 'a label',
  step: 'a build step',
};

/** The place in few words, as found. */
export function whereOf({ where, path, line }: SecretFinding): string {
  if (where === 'file') return line > 0 ? `${path}:${line}` : path;
  return where === 'step' ? `build ${path}` : `${where} ${path}`;
}

const RANK: Readonly<Record<SecretFinding['severity'], number>> = { high: 3, medium: 2, low: 1 };

const VALUES: Readonly<Record<string, (finding: SecretFinding) => number | string>> = {
  severity: (finding) => RANK[finding.severity],
  name: (finding) => finding.name,
  path: (finding) => finding.path,
  images: (finding) => finding.images.length,
};

export function sortFindings(findings: readonly SecretFinding[], sort: Sort): readonly SecretFinding[] {
  return sortedBy(findings, VALUES[sort.key] ?? VALUES['severity']!, sort.down);
}
