/** Looking inside: the handlers of `contract/inside.ts` and `contract/extract.ts`. */
import { diveScore } from '../../analysis/inside/dive-score.ts';
import { findPaths, listFolder, type ShownEntry, type View } from '../../analysis/inside/tree-view.ts';
import { wasteOf } from '../../analysis/inside/waste.ts';
import { wasteHints } from '../../analysis/inside/waste-hints.ts';
import { maskSecrets } from '../../analysis/secrets/find-secrets.ts';
import type { Handlers } from '../../contract/api.ts';
import { StrataError } from '../../contract/errors.ts';
import type { ExtractApi } from '../../contract/extract.ts';
import type { FolderListing, InsideApi, ListParams, WasteReport } from '../../contract/inside.ts';
import type { ServiceContext } from '../context.ts';
import type { ArchiveTrees } from './archive-images.ts';
import { compareImages } from './compare-images.ts';
import { diffContainer } from './diff-container.ts';
import { createExtractions, type Extractions } from './extract.ts';
import { stepsOf, type ImageTrees } from './image-trees.ts';
import { createSameContent } from './same-content.ts';
import { createSecrets } from './secrets.ts';
import { createStacks, type StackedImage } from './stacks.ts';
import { storeImages } from './store-images.ts';
import { previewFile, textDiff } from './text.ts';

/** Rows of one answer: what a person can scroll and a message can carry. */
const MAX_ROWS = 5_000;
const MAX_WASTED_PATHS = 1_000;

export interface Inside extends Pick<Extractions, 'extract' | 'close'> {
  readonly handlers: Pick<Handlers, keyof InsideApi | keyof ExtractApi>;
}

/** @param archive look into this image archive instead of the store */
export function createInside(context: ServiceContext, archive: ArchiveTrees | null): Inside {
  const trees: ImageTrees = archive ?? storeImages(context);
  const stackOf = createStacks(trees);
  const secrets = createSecrets(trees, stackOf);
  const same = createSameContent(context, trees);
  const extractions = createExtractions({ context, trees, stackOf });
  const handlers: Pick<Handlers, keyof InsideApi> = {
    'inside.list': async ({ image, layer, view, path }, signal) => {
      const stacked = await stackOf(image, layer, signal);
      const entries = listFolder(stacked.stack, stacked.totals(viewOf(stacked, view)), path);
      if (entries === undefined)
        throw new StrataError('not-found', `${path} is not in ${stacked.image.name}`);
      return listing(stacked, path, entries);
    },
    'inside.find': async ({ image, layer, view, glob }, signal) => {
      const stacked = await stackOf(image, layer, signal);
      const totals = stacked.totals(viewOf(stacked, view));
      return listing(stacked, '/', findPaths(stacked.stack, totals, glob, MAX_ROWS + 1));
    },
    'inside.archive': async ({ image, verify }, signal) => mustBeOpen(archive).report(image, verify, signal),
    'inside.verify': async () => ({ operationId: mustBeOpen(archive).readAll().operationId }),
    'inside.waste': async ({ image }, signal) => wasteReport(await stackOf(image, null, signal)),
    'inside.diff': ({ container }, signal) => diffContainer(context, trees, container, signal),
    'inside.compare': ({ here, there }, signal) => compareImages(trees, stackOf, { here, there, signal }),
    'inside.preview': (params) => previewFile(context, trees, params),
    'inside.textDiff': ({ container, path }, signal) => textDiff(context, trees, { container, path, signal }),
    'inside.secrets': ({ images }, signal) => secrets.search(images, signal),
    'inside.sameContent': (_, signal) => {
      if (archive !== null)
        throw new StrataError('unsupported', 'An archive has no checksums of files: this needs the store');
      return same.start(signal);
    },
    'inside.sameContentReport': ({ operationId }) => same.report(operationId),
    'inside.confirmSame': ({ groupId }, signal) => same.confirm(groupId, signal),
    'inside.reveal': ({ findingId }) => Promise.resolve({ value: secrets.reveal(findingId) }),
  };
  return { ...extractions, handlers: { ...handlers, ...extractions.handlers } };
}

function mustBeOpen(archive: ArchiveTrees | null): ArchiveTrees {
  if (archive !== null) return archive;
  throw new StrataError('unsupported', 'No archive is open: give one with --archive FILE');
}

function viewOf({ image }: StackedImage, view: ListParams['view']): View {
  if (view !== 'auto') return view;
  return image.isLayer ? 'own' : 'stacked';
}

function listing(stacked: StackedImage, path: string, entries: readonly ShownEntry[]): FolderListing {
  return {
    path,
    entries: entries.slice(0, MAX_ROWS),
    truncated: entries.length > MAX_ROWS,
    source: stacked.source,
    problem: stacked.problem,
  };
}

function wasteReport({ image, stack }: StackedImage): WasteReport {
  const waste = wasteOf(stack);
  const steps = stepsOf(image).map(maskSecrets);
  const dive = diveScore(stack.trees, stack);
  return {
    image: image.id,
    totalBytes: waste.totalBytes,
    visibleBytes: waste.visibleBytes,
    wastedBytes: waste.wastedBytes,
    dive,
    layers: waste.layers.map((layer, index) => ({ layer: index, createdBy: steps[index] ?? '', ...layer })),
    paths: waste.paths.slice(0, MAX_WASTED_PATHS),
    hints: wasteHints(waste, steps),
    missingLayers: [],
  };
}
