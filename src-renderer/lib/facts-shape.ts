import type { HistoryUses } from '../../src-main/contract/history.ts';
import { countOf } from './bytes.ts';
import type { Hue } from './hue.ts';
import { containerName, imageName } from './names.ts';
import type { Ref } from './ref.ts';
import type { StoreIndex } from './store-index.ts';

/** What the inspector says about one thing. All texts are escaped. */
export interface Facts {
  readonly title: string;
  readonly kind: string;
  readonly hue: Hue;
  readonly bytes: number | null;
  readonly atLeast: boolean;
  readonly sentences: readonly string[];
  readonly rows: readonly (readonly [name: string, value: string])[];
  /** Things it stands with, to click on. */
  readonly related: readonly { readonly ref: Ref; readonly name: string }[];
  /** What `why.get` is asked for. */
  readonly thing: string | null;
}

/** How sizes and ages are said, and of which store. */
export interface Wording {
  readonly index: StoreIndex;
  readonly bytes: (bytes: number | null, atLeast?: boolean) => string;
  readonly nowMs: number;
  readonly uses: HistoryUses | null;
}

export function imageRef(id: string, index: StoreIndex): { ref: Ref; name: string } {
  const image = index.images.get(id);
  return { ref: { kind: 'image', id }, name: image ? imageName(image) : id.slice(0, 19) };
}

export function containerRef(id: string, index: StoreIndex): { ref: Ref; name: string } {
  const container = index.containers.get(id);
  return { ref: { kind: 'container', id }, name: container ? containerName(container) : id.slice(0, 12) };
}

/** The first three names, and how many more. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${countOf(names.length - 3, 'other')}` : shown;
}
