import { inspectCommand } from '../lib/docker-command.ts';
import { screensWith } from '../lib/screens.ts';
import type { AppState } from './app.svelte.ts';

/** Everything a key does outside pictures and tables, which hear theirs first. No single key deletes anything. */
export const KEYS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: '1 – 9', does: 'go to a screen' },
  { keys: '/', does: 'search' },
  { keys: 'Ctrl K', does: 'command palette' },
  { keys: '← ↑ → ↓', does: 'move in pictures and tables; Home: the biggest, the first' },
  { keys: 'Enter', does: 'zoom or open' },
  { keys: 'Esc  Backspace', does: 'up, close' },
  { keys: 'Alt ←  Alt →', does: 'back, forward' },
  { keys: 'Space', does: 'tick a row; Shift + arrows ticks a range; Ctrl A all' },
  { keys: 'x', does: 'put in the basket, or take out' },
  { keys: 'X', does: 'show the basket' },
  { keys: 'p', does: 'plan what goes: the basket, or by rules' },
  { keys: 'Ctrl Z', does: 'undo in the basket; Shift for redo' },
  { keys: 'i', does: 'inspector' },
  { keys: 't', does: 'next kind of picture' },
  { keys: 's  S', does: 'next sort, reverse' },
  { keys: 'u', does: 'units: GiB or GB' },
  { keys: 'r  F5', does: 'scan again' },
  { keys: 'y  Y', does: 'copy id, copy as docker command' },
  { keys: 'a  m  d', does: 'in files and changes: only added, modified, deleted ones' },
  { keys: 'e', does: 'in files and changes: save the chosen file or folder' },
  { keys: 'l  [  ]', does: 'in files: one layer or all up to it; files or waste' },
  { keys: '?', does: 'this list' },
];

export function pressed(event: KeyboardEvent, app: AppState): void {
  const command = event.ctrlKey || event.metaKey;
  const typing =
    event.target instanceof HTMLElement &&
    event.target.matches('input:not([type=checkbox]), textarea, select');
  if (command && event.key === 'k') app.overlay = app.overlay === 'palette' ? null : 'palette';
  else if (app.overlay !== null || typing) return;
  else if (event.altKey && event.key === 'ArrowLeft') history.back();
  else if (event.altKey && event.key === 'ArrowRight') history.forward();
  else if (event.altKey) return;
  else if (command && event.key.toLowerCase() === 'z') {
    if (event.shiftKey) app.basket.redo();
    else app.basket.undo();
  } else if (command || !plain(event.key, app)) return;
  event.preventDefault();
}

function plain(key: string, app: AppState): boolean {
  const screen = screensWith(app.archive)[Number(key) - 1];
  if (/^[1-9]$/.test(key) && screen) {
    app.router.go(screen);
    return true;
  }
  const action = ACTIONS[key];
  action?.(app);
  return action !== undefined;
}

const ACTIONS: Readonly<Record<string, (app: AppState) => void>> = {
  '/': () => document.getElementById('search')?.focus(),
  '?': (app) => (app.overlay = 'help'),
  x: (app) => app.toggleBasket(app.targets()),
  X: (app) => app.router.go('basket'),
  p: (app) => app.openPlan(),
  i: (app) => (app.inspectorOpen = !app.inspectorOpen),
  u: (app) => {
    app.settings.units = app.settings.units === 'iec' ? 'si' : 'iec';
    app.settings.save();
  },
  r: (app) => void app.store.scan(),
  R: (app) => void app.store.scan(),
  F5: (app) => void app.store.scan(),
  t: (app) => app.nextPicture(),
  s: (app) => app.nextSort(false),
  S: (app) => app.nextSort(true),
  y: (app) => {
    const ids = app.targets().map((ref) => ref.id);
    if (ids.length > 0) void app.copy(ids.join('\n'));
  },
  Y: (app) => {
    const commands = app.targets().flatMap((ref) => inspectCommand(ref) ?? []);
    if (commands.length > 0) void app.copy(commands.join('\n'));
    else app.say('Docker has no command for this');
  },
  Escape: (app) => {
    if (app.marked.size > 0) app.marked.clear();
    else if (app.router.selected !== null) app.router.select(null);
    else if (app.router.route.id !== null) app.router.go(app.router.route.screen);
  },
  Backspace: (app) => {
    if (app.router.route.id !== null) app.router.go(app.router.route.screen);
  },
};
