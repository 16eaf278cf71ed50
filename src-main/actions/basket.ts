/** What the basket's counter says of a selection: what a plan of it would do, before one is made. PURE. */
import { freedBy } from '../analysis/freed-by.ts';
import type { StoreGraph } from '../analysis/graph.ts';
import { unlocksOf } from '../analysis/unlocks.ts';
import type { Frees, Selection } from '../contract/store.ts';
import { atLeastOrNull, bytesOrNull } from '../model/measured.ts';
import { selectionOf, settle } from './conflicts.ts';
import type { World } from './items.ts';
import { mayBeTaken } from './pins.ts';
import { selected } from './plan.ts';

export function basketFrees(selection: Selection, graph: StoreGraph, world: World): Frees {
  const { going, stays } = settle(selected(selection), [], world);
  const freed = freedBy(graph, selectionOf(going)).diskBytes;
  const partly = graph.snapshot.partial != null && freed.state === 'unknown' && freed.atLeast !== undefined;
  return {
    diskBytes: partly ? atLeastOrNull(freed) : bytesOrNull(freed),
    ...(partly ? { atLeast: true } : {}),
    stays: stays.map(({ target, name, because }) => ({ id: target, name, because })),
    unlocks: unlocksOf(graph, withoutUnmovable(selection, world), (one) =>
      mayBeTaken(one.kind, one.id, world),
    ),
  };
}

/** An image that only a stopped container or a child holds may still go along with it: that is what unlocks say. */
function withoutUnmovable(selection: Selection, world: World): Selection {
  return {
    ...selection,
    images: selection.images.filter((id) => mayBeTaken('image', id, world)),
    containers: selection.containers.filter((id) => mayBeTaken('container', id, world)),
  };
}
