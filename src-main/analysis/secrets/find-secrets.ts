import { contentRules, pathRules, type Severity } from './rules.ts';

/** One credential in one text. `value` stays in this process: front ends get `masked` only, unless one is asked for. */
export interface SecretMatch {
  readonly ruleId: string;
  readonly name: string;
  readonly severity: Severity;
  /** 1-based; 0 for a finding by path alone. */
  readonly line: number;
  readonly value: string;
  readonly masked: string;
}

/** Longer lines are minified code or data: a credential file has none, and a pattern over megabytes has no bound. */
const MAX_LINE = 4096;
/** Words in place of a value: documentation, templates and tests, not credentials. */
const PLACEHOLDER =
  /^(?:\$|<|\{\{|%[({])|example|sample|placeholder|change.?me|your[_-]?|dummy|redacted|xxxx|\*\*\*|todo|undefined|null$|none$|true$|false$|secret$|password$|token$|0{6,}|1234567|abcdef/i;

/** Credentials in a text: a file's content, one ENV entry, a label or a build step. Each value once. */
export function findSecretsInText(text: string): SecretMatch[] {
  const lower = text.toLowerCase();
  const found = new Map<string, SecretMatch>();
  for (const rule of contentRules) {
    if (!rule.keywords.some((word) => lower.includes(word))) continue;
    const pattern = new RegExp(rule.value.source, `${rule.value.flags}gm`);
    for (const { chunk, line } of chunks(text, rule.id === 'private-key')) {
      pattern.lastIndex = 0;
      for (const match of chunk.matchAll(pattern)) {
        const value = match[1];
        if (value === undefined || found.has(value) || isHarmless(value, rule.minEntropy, rule.severity))
          continue;
        const at = line + countLines(chunk, match.index);
        found.set(value, {
          ruleId: rule.id,
          name: rule.name,
          severity: rule.severity,
          line: at,
          value,
          masked: mask(value),
        });
      }
    }
  }
  return withoutContained([...found.values()]);
}

/** A finding by the file's path (and its content, where the rule asks for it). */
export function findSecretByPath(path: string, content: string): SecretMatch | undefined {
  const rule = pathRules.find((one) => one.path.test(path));
  if (rule === undefined || (rule.content !== null && !rule.content.test(content))) return undefined;
  return { ruleId: rule.id, name: rule.name, severity: rule.severity, line: 0, value: '', masked: '' };
}

/** Whether a path alone makes its content worth reading. */
export function isSuspiciousPath(path: string): boolean {
  return pathRules.some((rule) => rule.path.test(path));
}

/** The first four characters, at most a quarter, and the length: enough to recognise one's own, useless to others. */
export function mask(value: string): string {
  const shown = Math.min(4, Math.floor(value.length / 4));
  return `${value.slice(0, shown)}…(${value.length} characters)`;
}

/** Every credential in the text replaced by its mask: what a build step or a label may show. */
export function maskSecrets(text: string): string {
  let shown = text;
  for (const { value, masked } of findSecretsInText(text)) shown = shown.split(value).join(masked);
  return shown;
}

/** Shannon entropy in bits per character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

function isHarmless(value: string, minEntropy: number, severity: Severity): boolean {
  if (entropy(value) < minEntropy) return true;
  // Provider formats carry their own proof; only the loose patterns need the list of words.
  return severity === 'medium' && (PLACEHOLDER.test(value) || /^[a-z]+(?:[-_./][a-z]+)*$/i.test(value));
}

/** A value inside a longer found one (a key id inside a JSON token) is the same finding. */
function withoutContained(all: SecretMatch[]): SecretMatch[] {
  return all.filter((one) => !all.some((other) => other !== one && other.value.includes(one.value)));
}

/** Line by line, over-long lines left out; a key block spans lines, so it gets the whole text. */
function* chunks(text: string, whole: boolean): Iterable<{ chunk: string; line: number }> {
  if (whole) {
    yield { chunk: text, line: 1 };
    return;
  }
  let line = 0;
  for (const chunk of text.split('\n')) {
    line += 1;
    if (chunk.length <= MAX_LINE) yield { chunk, line };
  }
}

function countLines(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
