import { ContentTable, savesBytes, SMALLEST_BYTES, type SameContent } from '../../analysis/same-content.ts';
import { StrataError } from '../../contract/errors.ts';
import type { SameContentGroup, SameContentReport } from '../../contract/same-content.ts';
import type { Layer, StoreSnapshot } from '../../model/store.ts';
import type { ServiceContext } from '../context.ts';
import type { Operation, Report } from '../operations.ts';
import { confirmGroup } from './confirm-same.ts';
import type { ImageTrees, InsideTree } from './image-trees.ts';
import { groupShower, placeGroups, type FoundGroup } from './same-places.ts';
import { readable } from './store-images.ts';

const MAX_GROUPS = 100;
const MAX_PROBLEMS = 20;
/** Contents read by the search itself, from what costs most; others are read when somebody asks. */
const HASHED_AT_ONCE_BYTES = 256 << 20;

interface Search {
  readonly dataRoot: string;
  readonly found: SameContent;
  readonly layers: number;
  readonly problems: readonly string[];
  readonly show: (group: FoundGroup) => SameContentGroup;
  /** Those in full; what was confirmed takes the place of what was probable. */
  groups: readonly FoundGroup[];
  /** What hashing took off `found`: copies that were none. */
  notSaved: { bytes: number; groups: number };
}

/** Looks for files that lie in several layers of the store, and hashes them when asked. The last search stays in memory. */
export function createSameContent(context: ServiceContext, trees: ImageTrees) {
  let last: Operation<Search> | null = null;

  async function search(
    place: { readonly snapshot: StoreSnapshot; readonly dataRoot: string },
    signal: AbortSignal,
    report: Report,
  ): Promise<Search> {
    const { layers } = place.snapshot;
    const table = new ContentTable();
    const treeOf = (at: number): Promise<InsideTree> => layerTree(trees, layers[at]!, signal);
    const problems = new Problems();
    const contents = new Set<string>();
    let compared = 0;
    for (const [at, { diffId }] of layers.entries()) {
      if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
      report({ stage: 'Reading file lists', done: at, total: layers.length, files: 0, diskBytes: 0 });
      try {
        const { tree, source } = await treeOf(at);
        if (source === 'disk') {
          problems.add('the engine has no file list of it, so no checksums');
          continue;
        }
        table.addLayer(at, tree, diffId !== null && contents.has(diffId));
        if (diffId !== null) contents.add(diffId);
        compared += 1;
      } catch (thrown) {
        const error = StrataError.from(thrown);
        if (error.code === 'cancelled') throw error;
        problems.add(error.message);
      }
    }
    const found = table.result(MAX_GROUPS);
    const result: Search = {
      dataRoot: place.dataRoot,
      found,
      layers: compared,
      problems: problems.words(found.full),
      show: groupShower(place.snapshot),
      groups: await placeGroups(found.groups, layers, async (at) => (await treeOf(at)).tree),
      notSaved: { bytes: 0, groups: 0 },
    };
    let left = HASHED_AT_ONCE_BYTES;
    const biggest = result.groups;
    for (const [at, group] of biggest.entries()) {
      report({ stage: 'Comparing contents', done: at, total: biggest.length, files: 0, diskBytes: 0 });
      if (group.bytes * group.copies > left) continue;
      left -= group.bytes * group.copies;
      await confirm(result, group, signal);
    }
    return result;
  }

  return {
    async start(signal: AbortSignal): Promise<{ operationId: string }> {
      const place = await readable(context);
      if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
      last = context.operations.start((ends, report) => search(place, ends, report));
      return { operationId: last.operationId };
    },
    async report(operationId: string): Promise<SameContentReport> {
      if (last?.operationId !== operationId)
        throw new StrataError('not-found', 'This search is not kept any more: search again');
      return reportOf(await last.result);
    },
    async confirm(groupId: string, signal: AbortSignal): Promise<readonly SameContentGroup[]> {
      const found = await last?.result;
      const group = found?.groups.find(({ id }) => id === groupId);
      if (found === undefined || group === undefined)
        throw new StrataError('not-found', 'The last search has no such group: search again');
      return (await confirm(found, group, signal)).map(found.show);
    },
  };
}

async function confirm(
  search: Search,
  group: FoundGroup,
  signal: AbortSignal,
): Promise<readonly FoundGroup[]> {
  const confirmed = await confirmGroup(search.dataRoot, group, signal);
  if (!search.groups.includes(group)) return confirmed; // somebody else asked at the same time
  search.groups = search.groups.flatMap((one) => (one === group ? confirmed : [one]));
  const saves = confirmed.reduce((sum, one) => sum + savesBytes(one), 0);
  search.notSaved = {
    bytes: search.notSaved.bytes + savesBytes(group) - saves,
    groups: search.notSaved.groups + 1 - confirmed.length,
  };
  return confirmed;
}

function reportOf({ found, layers, problems, show, groups, notSaved }: Search): SameContentReport {
  return {
    layers,
    files: found.files,
    smallestBytes: SMALLEST_BYTES,
    groupCount: found.groupCount - notSaved.groups,
    savesBytes: found.savesBytes - notSaved.bytes,
    inTwinLayersBytes: found.inTwinLayersBytes,
    groups: [...groups].sort((a, b) => savesBytes(b) - savesBytes(a)).map(show),
    problems,
  };
}

/** A layer may have no image at all: its chain is itself then. */
function layerTree(trees: ImageTrees, { chainId }: Layer, signal: AbortSignal): Promise<InsideTree> {
  const alone = { id: chainId, name: 'a layer', chain: [chainId], history: [], env: [], labels: {} };
  return trees.tree(alone, 0, signal);
}

/** Layers that were not compared, by what was in the way. */
class Problems {
  readonly #counts = new Map<string, number>();

  add(why: string): void {
    this.#counts.set(why, (this.#counts.get(why) ?? 0) + 1);
  }

  words(full: boolean): string[] {
    const lines = [...this.#counts]
      .slice(0, MAX_PROBLEMS)
      .map(([why, count]) => `Not compared, ${count} ${count === 1 ? 'layer' : 'layers'}: ${why}`);
    return full ? [...lines, 'More files than can be compared: the numbers are lower bounds'] : lines;
  }
}
