import type { Change } from './file-rows.ts';
import { globOf } from './globs.ts';
import { parseSort, type Sort } from './grid.ts';
import { pathOfKey } from './paths.ts';

/** What a page of files shows, as its address has it. */
export interface FilesQuery {
  /** Null: the topmost layer, whichever that is. */
  readonly asked: number | null;
  readonly view: 'own' | 'stacked';
  readonly root: string;
  readonly glob: string | null;
  readonly sort: Sort;
  readonly only: ReadonlySet<Change>;
  readonly kind: 'treemap' | 'sunburst' | 'entry';
  readonly tab: 'files' | 'waste';
  readonly chosen: string | null;
}

export function filesQuery(query: Readonly<Record<string, string>>): FilesQuery {
  const only = (['A', 'M', 'D'] as const).filter((one) => query['only']?.split(',').includes(one));
  return {
    asked: /^\d{1,4}$/.test(query['layer'] ?? '') ? Number(query['layer']) : null,
    view: query['view'] === 'own' ? 'own' : 'stacked',
    root: query['path']?.startsWith('/') === true ? query['path'] : '/',
    glob: globOf(query['glob'] ?? ''),
    sort: parseSort(query['sort'], { key: 'size', down: true }),
    only: new Set<Change>(only),
    kind: (['sunburst', 'entry'] as const).find((one) => one === query['as']) ?? 'treemap',
    tab: query['tab'] === 'waste' ? 'waste' : 'files',
    chosen: pathOfKey(query['sel']),
  };
}
