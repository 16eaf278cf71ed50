/**
 * How well a query fits a text, higher is better; null when it does not. All words of the query must occur; starts of
 * words count more.
 */
export function fit(query: string, text: string): number | null {
  const where = text.toLowerCase();
  let score = 0;
  for (const word of query.toLowerCase().split(/\s+/)) {
    if (word === '') continue;
    const at = where.indexOf(word);
    if (at === -1) return null;
    const before = at === 0 ? '' : (where[at - 1] ?? '');
    score += at === 0 ? 3 : /[\s/:_.-]/.test(before) ? 2 : 1;
    score += word.length / Math.max(where.length, 1);
  }
  return score;
}
