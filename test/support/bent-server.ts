/** The real page over the demo store, with some answers of the server bent: states that are hard to be in. */
import type { Page } from '@playwright/test';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { Connection } from '../../src-main/contract/store.ts';

export interface Bent {
  readonly connection?: (real: Connection) => Connection;
  readonly document?: (real: ScanDocument) => ScanDocument;
  /** `scan.document` fails like this. */
  readonly refusal?: { readonly code: string; readonly message: string };
  /** Methods that are never answered; all but the connection's with `*`. */
  readonly silent?: readonly string[];
  /** Made-up answers, by method. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

export async function bend(page: Page, bent: Bent): Promise<void> {
  await page.route('**/rpc', async (route) => {
    const { method } = route.request().postDataJSON() as { method: string };
    const silent = bent.silent?.includes('*')
      ? !method.startsWith('connection.')
      : bent.silent?.includes(method);
    if (silent) return;
    if (bent.answers && method in bent.answers)
      return route.fulfill({ json: { ok: true, value: bent.answers[method] } });
    if (method === 'scan.document' && bent.refusal)
      return route.fulfill({ json: { ok: false, ...bent.refusal } });
    const change =
      method === 'connection.get' ? bent.connection : method === 'scan.document' ? bent.document : undefined;
    if (!change) return route.continue();
    const response = await route.fetch();
    const answer = (await response.json()) as { ok: boolean; value: never };
    return route.fulfill({ response, json: { ...answer, value: change(answer.value) } });
  });
}

export const ready = (real: Connection): Connection => ({
  ...real,
  state: 'ready',
  endpoint: 'unix:///var/run/docker.sock',
});

/** A store in which the engine knows of nothing. */
export const nothingIn = (real: ScanDocument): ScanDocument => ({
  ...real,
  images: [],
  layers: [],
  containers: [],
  volumes: [],
  buildCache: [],
  orphans: [],
  reclaimable: { dangling: 0, unused: 0, stoppedContainers: 0, buildCache: 0, orphans: 0 },
});

/** What the engine alone tells: nothing on the disk was measured. */
export function unmeasured(real: ScanDocument): ScanDocument {
  const nulls = <T extends object>(record: T): T =>
    Object.fromEntries(
      Object.entries(record).map(([key, value]) => [key, /[dD]iskBytes$|^files$/.test(key) ? null : value]),
    ) as T;
  const all = <T extends object>(record: T): T =>
    Object.fromEntries(Object.keys(record).map((key) => [key, null])) as T;
  return {
    ...real,
    access: 'api',
    account: all(real.account),
    reclaimable: all(real.reclaimable),
    images: real.images.map((image) => ({ ...nulls(image), bytes: null })),
    layers: real.layers.map((layer) => ({ ...nulls(layer), bytes: null })),
    containers: real.containers.map((one) => ({ ...nulls(one), writableBytes: null })),
    volumes: real.volumes.map((volume) => ({ ...nulls(volume), bytes: null })),
    buildCache: real.buildCache.map(nulls),
    orphans: [],
  };
}
