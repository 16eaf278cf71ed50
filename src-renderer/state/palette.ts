import { shownSize } from '../lib/image-rows.ts';
import { fit } from '../lib/fuzzy.ts';
import { cacheName, containerName, imageName, volumeName } from '../lib/names.ts';
import type { Ref } from '../lib/ref.ts';
import { SCREEN_TITLES, screensWith } from '../lib/screens.ts';
import type { AppState } from './app.svelte.ts';

export interface PaletteEntry {
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly note: string;
  readonly run: () => void;
}

type MakeCommand = (name: string, note: string, run: () => void) => PaletteEntry;

const MOST = 60;

/** Screens and commands first, then things by name; all of them fit the query, the best first. */
export function paletteEntries(app: AppState, query: string): readonly PaletteEntry[] {
  const commands = [...screens(app), ...actions(app)];
  const all = query.trim() === '' ? commands : [...commands, ...things(app)];
  return all
    .flatMap((entry) => {
      const score = fit(query, `${entry.name} ${entry.kind}`);
      return score === null ? [] : [{ entry, score }];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

function screens(app: AppState): readonly PaletteEntry[] {
  return screensWith(app.archive).map((screen, place) => ({
    key: `screen ${screen}`,
    kind: 'screen',
    name: SCREEN_TITLES[screen],
    note: String(place + 1),
    run: () => app.router.go(screen),
  }));
}

function actions(app: AppState): readonly PaletteEntry[] {
  const command: MakeCommand = (name, note, run) => ({
    key: `command ${name}`,
    kind: 'command',
    name,
    note,
    run,
  });
  const theme = (value: 'system' | 'light' | 'dark') => (): void => {
    app.settings.theme = value;
    app.settings.save();
  };
  return [
    ...(app.archive ? [] : storeCommands(app, command)),
    ...insideCommands(app, command),
    command('Theme: dark', '', theme('dark')),
    command('Theme: light', '', theme('light')),
    command('Theme: as the system', '', theme('system')),
    command('Keys and words', '?', () => (app.overlay = 'help')),
  ];
}

/** What is about a disk and what leaves it. */
function storeCommands(app: AppState, command: MakeCommand): readonly PaletteEntry[] {
  return [
    command('Scan again', 'r', () => void app.store.scan()),
    command('Show the basket', 'X', () => app.router.go('basket')),
    command('Plan what goes', 'p', () => app.openPlan()),
    command('Removals, quarantine and pins', '', () => app.router.go('receipts')),
    command('Empty the basket', '', () => app.basket.clear()),
  ];
}

/** The ways inside, of what is selected first. */
function insideCommands(app: AppState, command: MakeCommand): readonly PaletteEntry[] {
  const { router } = app;
  const ref = router.selected;
  const image = ref?.kind === 'image' ? app.store.index?.images.get(ref.id) : undefined;
  const container = ref?.kind === 'container' ? app.store.index?.containers.get(ref.id) : undefined;
  return [
    ...(image
      ? [
          command(`Files of ${imageName(image)}`, '', () => router.go('images', `${image.id}/files`)),
          command(`Compare ${imageName(image)}`, '', () => router.go('compare', image.id)),
          command(`Secrets in ${imageName(image)}`, '', () => router.go('secrets', image.id)),
        ]
      : []),
    ...(container
      ? [
          command(`Changes of ${containerName(container)}`, '', () =>
            router.go('containers', `${container.id}/changes`),
          ),
        ]
      : []),
    command('Compare two images', '', () => router.go('compare')),
    command('Search for secrets in images', '', () => router.go('secrets')),
    command('Stored twice: layers, files, old versions', '', () => router.go('twice')),
    command('Old versions of a repository', '', () => router.go('twice', null, { as: 'versions' })),
  ];
}

function things(app: AppState): readonly PaletteEntry[] {
  const { index } = app.store;
  if (!index) return [];
  const thing = (ref: Ref, name: string, bytes: number | null, atLeast = false): PaletteEntry => ({
    key: `${ref.kind} ${ref.id}`,
    kind: ref.kind === 'build-cache' ? 'cache' : ref.kind,
    name,
    note: app.bytes(bytes, atLeast),
    run: () => app.show(ref),
  });
  const { document } = index;
  return [
    ...index.heads.map((one) => {
      const { bytes, atLeast } = shownSize(one);
      return thing({ kind: 'image', id: one.id }, imageName(one), bytes, atLeast);
    }),
    ...document.containers.map((one) =>
      thing({ kind: 'container', id: one.id }, containerName(one), one.freesDiskBytes, one.atLeast),
    ),
    ...document.volumes.map((one) => thing({ kind: 'volume', id: one.name }, volumeName(one), one.diskBytes)),
    ...document.buildCache.map((one) =>
      thing({ kind: 'build-cache', id: one.id }, cacheName(one), one.diskBytes),
    ),
  ];
}
