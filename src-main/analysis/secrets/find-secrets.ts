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
/** A build step is one line, however long: it is read in pieces that overlap by more than a credential is long. */
const OVERLAP = 1024;
/** More in one text is a data set made to look so; every pair of them is compared. */
const MAX_MATCHES = 200;
/** Whatever is assigned to such a name is not shown, be it a known format or not; a reference to a variable is. */
const ASSIGNED =
  /(?:passw(?:or)?d|secret|token|api_?key|access_?key|private_?key|credentials?)[a-z0-9_.-]{0,40}\s{0,3}[=:]\s{0,3}(?:"([^"\n$]+)"|'([^'\n$]+)'|([^\s"'$<{][^\s"']*))/gi;
/** Words in place of a value: documentation, templates and tests, not credentials. */
const PLACEHOLDER =
  /^(?:\$|<|\{\{|%[({])|example|sample|placeholder|change.?me|your[_-]?|dummy|redacted|xxxx|\*\*\*|todo|undefined|null$|none$|true$|false$|secret$|password$|token$|0{6,}|1234567|abcdef/i;

/** Words with signs between: a variable, a path, a function of a program. */
const NAME = /^[-_./]*[a-z]+(?:[-_./]+[a-z]+)*[-_./]*$/i;

/**
 * Credentials in a text: a file's content, one ENV entry, a label or a build step. Each value once.
 * `longLines`: read them too, in pieces; for texts of an image's config.
 */
export function findSecretsInText(text: string, { longLines = false } = {}): SecretMatch[] {
  const lower = text.toLowerCase();
  const found = new Map<string, SecretMatch>();
  for (const rule of contentRules) {
    if (!rule.keywords.some((word) => lower.includes(word))) continue;
    const pattern = new RegExp(rule.value.source, `${rule.value.flags}gm`);
    const pieces = rule.id === 'private-key' ? [{ chunk: text, line: 1 }] : chunks(text, longLines);
    for (const { chunk, line } of pieces) {
      pattern.lastIndex = 0;
      if (found.size >= MAX_MATCHES) break;
      for (const match of chunk.matchAll(pattern)) {
        const value = match[1];
        if (found.size >= MAX_MATCHES) break;
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
  for (const { value, masked } of findSecretsInText(text, { longLines: true }))
    shown = shown.split(value).join(masked);
  return shown.replace(ASSIGNED, (assignment, ...values: (string | undefined)[]) => {
    const value = values.slice(0, 3).find((one) => one !== undefined) ?? '';
    if (value === '' || value.includes('…(')) return assignment;
    const at = assignment.lastIndexOf(value);
    return assignment.slice(0, at) + mask(value) + assignment.slice(at + value.length);
  });
}

/** A label by its key and value: the key alone may say that the value is a credential. */
export function maskLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const shown = (key: string, value: string): string => {
    const both = maskSecrets(`${key}=${value}`);
    return both.startsWith(`${key}=`) ? both.slice(key.length + 1) : mask(value);
  };
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, shown(key, value)]));
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
  // Providers end the keys of their own documentation so.
  if (entropy(value) < minEntropy || value.endsWith('EXAMPLE')) return true;
  // Provider formats carry their own proof; only the loose patterns need the list of words.
  return severity === 'medium' && (PLACEHOLDER.test(value) || NAME.test(value));
}

/** A value inside a longer found one (a key id inside a JSON token) is the same finding. */
function withoutContained(all: SecretMatch[]): SecretMatch[] {
  return all.filter((one) => !all.some((other) => other !== one && other.value.includes(one.value)));
}

/** Line by line; over-long ones are left out, or come in pieces. */
function* chunks(text: string, longLines: boolean): Iterable<{ chunk: string; line: number }> {
  let line = 0;
  for (const chunk of text.split('\n')) {
    line += 1;
    if (chunk.length <= MAX_LINE) yield { chunk, line };
    else if (longLines)
      for (let at = 0; at < chunk.length; at += MAX_LINE - OVERLAP)
        yield { chunk: chunk.slice(at, at + MAX_LINE), line };
  }
}

function countLines(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
