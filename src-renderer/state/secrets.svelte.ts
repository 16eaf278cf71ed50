import type { SecretsReport } from '../../src-main/contract/inside.ts';
import type { AppState } from './app.svelte.ts';
import { Latest } from './latest.svelte.ts';

/** The last search for credentials of this window: masked values only. A revealed one is kept nowhere. */
export class SecretsState {
  readonly report = new Latest<SecretsReport>();
  /** What was searched; null for all images. */
  image = $state<string | null>(null);
  startedAtMs = $state(0);

  search(app: AppState, image: string | null): void {
    this.image = image;
    this.startedAtMs = Date.now();
    const images = image === null ? [] : [image];
    this.report.ask((signal) => app.client.call('inside.secrets', { images }, signal), true);
  }
}

const kept = new WeakMap<AppState, SecretsState>();

/** A long search is not lost by looking at something else. */
export function secretsOf(app: AppState): SecretsState {
  const known = kept.get(app) ?? new SecretsState();
  kept.set(app, known);
  return known;
}
