/**
 * A path glob: `*` within one name, `**` over folders, `?` one character. A pattern without a slash fits names anywhere.
 * Matching is linear in path × pattern (no backtracking regex: the pattern comes from outside).
 */
export function glob(pattern: string): (path: string) => boolean {
  const anchored = pattern.includes('/')
    ? pattern.startsWith('/')
      ? pattern
      : `/${pattern}`
    : `/**/${pattern}`;
  const wanted = anchored.split('/').filter((part) => part !== '');
  return (path) =>
    fitsParts(
      wanted,
      path.split('/').filter((part) => part !== ''),
    );
}

/** Dynamic programming over parts: `**` stands for any number of folders. */
function fitsParts(wanted: readonly string[], parts: readonly string[]): boolean {
  let reachable = new Set([0]);
  for (const want of wanted) {
    const next = new Set<number>();
    for (const at of reachable) {
      if (want === '**') for (let end = at; end <= parts.length; end += 1) next.add(end);
      else if (at < parts.length && fitsName(want, parts[at]!)) next.add(at + 1);
    }
    reachable = next;
    if (reachable.size === 0) return false;
  }
  return reachable.has(parts.length);
}

/** Greedy with one point to return to: a `*` can always take one more character. */
function fitsName(want: string, name: string): boolean {
  let [w, n, star, resume] = [0, 0, -1, 0];
  while (n < name.length) {
    if (want[w] === '*') [star, resume, w] = [w, n, w + 1];
    else if (w < want.length && (want[w] === '?' || want[w] === name[n])) [w, n] = [w + 1, n + 1];
    else if (star >= 0) [resume, w, n] = [resume + 1, star + 1, resume + 1];
    else return false;
  }
  while (want[w] === '*') w += 1;
  return w === want.length;
}
