/** What can be selected, explained, or put into the basket. One selection is shared by all pictures and tables. */
export type RefKind = 'image' | 'layer' | 'group' | 'container' | 'volume' | 'build-cache' | 'orphan';

export interface Ref {
  readonly kind: RefKind;
  /** As in the document; orphans by path; a sharing group by the ChainID of its first layer. */
  readonly id: string;
}

const KINDS: ReadonlySet<string> = new Set<RefKind>([
  'image',
  'layer',
  'group',
  'container',
  'volume',
  'build-cache',
  'orphan',
]);

export function refKey(ref: Ref): string {
  return `${ref.kind}:${ref.id}`;
}

export function parseRef(key: string): Ref | null {
  const at = key.indexOf(':');
  const kind = key.slice(0, at);
  return at > 0 && KINDS.has(kind) ? { kind: kind as RefKind, id: key.slice(at + 1) } : null;
}
