/** What a person types as a path filter: plain words are looked for in names, the rest is a glob. */
export function globOf(text: string): string | null {
  const typed = text.trim();
  if (typed === '') return null;
  return /[*?/]/.test(typed) ? typed : `*${typed}*`;
}
