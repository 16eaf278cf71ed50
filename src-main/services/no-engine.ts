/** What is said when no engine answers: why, and what to do. */
import { StrataError } from '../contract/errors.ts';
import type { TriedEndpoint } from '../sources/engine/index.ts';

const PLACES_NAMED = 3;

export function stateWithout(tried: readonly TriedEndpoint[]): 'no-engine' | 'no-permission' {
  return tried.some(({ kind }) => kind === 'no-permission') ? 'no-permission' : 'no-engine';
}

/** Endpoints that are there and refuse tell more than a dozen places where nothing is. */
export function noEngine(tried: readonly TriedEndpoint[]): StrataError {
  const code = stateWithout(tried);
  const telling = tried.filter(({ code: errno }) => errno !== 'ENOENT');
  if (telling.length > 0) {
    // The list of what was tried has the endpoint beside the reason; here it must be named.
    const why = telling
      .map(({ endpoint, error, code: errno }) =>
        errno === 'ECONNREFUSED' ? `${endpoint}: ${error}. Start the engine.` : error,
      )
      .join(' ');
    const [only] = tried.length === 1 ? telling : [];
    return new StrataError(
      only?.kind === 'bad-request' ? only.kind : code,
      `${why} A sample is shown with --demo.`,
    );
  }
  const places = tried.slice(0, PLACES_NAMED).map(({ endpoint }) => endpoint);
  const more =
    tried.length > places.length ? ` and ${tried.length - places.length} more places (strata doctor)` : '';
  const advice =
    'Start one (sudo systemctl start docker), name one with --host, or look at the sample with --demo.';
  return new StrataError(code, `No Docker Engine: there is none at ${places.join(', ')}${more}. ${advice}`);
}
