/** What a server with a made-up store answers. */
import type { Handlers, StrataEvent } from '../../src-main/contract/api.ts';
import type { HistoryMemory, HistoryPoint } from '../../src-main/contract/history.ts';
import type { ScanDocument } from '../../src-main/contract/scan-document.ts';
import type { Connection } from '../../src-main/contract/store.ts';
import { planStep, samplePlan } from './sample-plan.ts';

/** Answers of a server that has this document; `emit` sends events as the real one does. */
export function sampleHandlers(
  document: ScanDocument,
  emit: (event: StrataEvent) => void,
): Partial<Handlers> {
  let memory = sampleMemory(document);
  return {
    'connection.get': () => Promise.resolve(connection()),
    'connection.retry': () => Promise.resolve(connection()),
    'scan.document': () => Promise.resolve(document),
    'doctor.get': () =>
      Promise.resolve({
        lines: [
          {
            topic: 'engine',
            state: 'ok',
            text: 'Docker 28.5.2 answers at unix:///var/run/docker.sock',
            advice: null,
          },
          {
            topic: 'data root',
            state: 'warning',
            text: 'Not readable for this user',
            advice: 'sudo strata scan -o host.strata',
          },
        ],
      }),
    'scan.start': () => {
      let done = 0;
      const timer = setInterval(() => {
        done += 12;
        const progress = {
          stage: 'Walking layers',
          done,
          total: 230,
          files: done * 4100,
          diskBytes: done * 9e6,
        };
        if (done < 230) return emit({ kind: 'progress', operationId: 'scan-1', progress });
        clearInterval(timer);
        emit({ kind: 'finished', operationId: 'scan-1', outcome: 'done', message: null });
      }, 200);
      return Promise.resolve({ operationId: 'scan-1' });
    },
    'operation.cancel': () => Promise.resolve(null),
    'image.get': ({ imageId }) => {
      const image = document.images.find((one) => one.id === imageId);
      return Promise.resolve({
        imageId,
        os: 'linux',
        stack: (image?.chain ?? []).flatMap((chainId, index) => {
          const layer = document.layers.find((one) => one.chainId === chainId);
          const others = layer?.images.filter((id) => id !== imageId) ?? [];
          const empty = {
            createdBy: `ENV STEP=${index} PATH=/usr/local/bin`,
            created: image?.created ?? null,
            layer: null,
          };
          const full = {
            createdBy:
              index === 0
                ? '/bin/sh -c #(nop) ADD file:abc in /'
                : `RUN /bin/sh -c make install step-${index}`,
            created: image?.created ?? null,
            layer: layer ? { ...layer, sharedWith: others } : null,
          };
          return [full, empty];
        }),
      });
    },
    'why.get': ({ thing }) =>
      Promise.resolve({
        thing,
        kind: 'image',
        what: `${thing.slice(0, 40)} is an image of this store.`,
        diskBytes: 1,
        keptBy: [{ kind: 'container', id: 'x', name: 'api-2', because: 'its container api-2 is running' }],
        verdict: 'It can’t be removed while api-2 runs.',
      }),
    'history.uses': () =>
      Promise.resolve({
        since: document.images.map((image) => image.created ?? document.takenAt).toSorted()[0] ?? null,
        images: Object.fromEntries(
          document.images.flatMap((image, at) =>
            at % 3 === 0 && image.created ? [[image.id, image.created]] : [],
          ),
        ),
        layers: {},
      }),
    'history.memory': () => Promise.resolve(memory),
    'history.setRetention': (retention) => Promise.resolve((memory = { ...memory, retention })),
    'history.list': () => Promise.resolve({ scans: pastScans(document).toReversed(), problem: null }),
    'history.compare': ({ fromId, toId }) => {
      const [from, to] = [fromId, toId].map((id) => pastScans(document).find((scan) => scan.id === id));
      if (!from || !to) return Promise.reject(new Error('no such scan'));
      const items = document.images.slice(0, 9).map((image) => ({
        kind: 'image' as const,
        id: image.id,
        name: image.tags[0] ?? image.id,
        diskBytes: image.uniqueDiskBytes,
        of: [],
      }));
      const grew = items.slice(6).map((item) => ({ ...item, byDiskBytes: 40_000_000 }));
      return Promise.resolve({
        from,
        to,
        diskBytes: 812_000_000,
        came: items.slice(0, 4),
        went: items.slice(4, 6),
        grew,
      });
    },
    'receipts.list': () => Promise.resolve([]),
    'quarantine.list': () => Promise.resolve([]),
    'pins.get': () => Promise.resolve({ images: [], repositories: [], volumes: [], labels: [] }),
    'plan.make': () => {
      const dangling = document.images.filter((image) => image.dangling).slice(0, 200);
      const steps = dangling.map((image) =>
        planStep('delete-image', `image:${image.id}`, { freesDiskBytes: image.uniqueDiskBytes }),
      );
      return Promise.resolve(samplePlan({ steps }));
    },
    'frees.get': ({ selection }) => {
      const going = new Set([...selection.images, ...selection.containers]);
      const layers = document.layers.filter(
        (layer) =>
          layer.images.some((id) => going.has(id)) &&
          [...layer.images, ...layer.containers].every((id) => going.has(id)),
      );
      const sum = (all: readonly { diskBytes: number | null }[]): number =>
        all.reduce((a, b) => a + (b.diskBytes ?? 0), 0);
      const frees =
        sum(layers) +
        document.containers
          .filter((one) => going.has(one.id))
          .reduce((a, b) => a + (b.freesDiskBytes ?? 0), 0) +
        sum(document.volumes.filter((one) => selection.volumes.includes(one.name))) +
        sum(document.buildCache.filter((one) => selection.buildCache.includes(one.id))) +
        sum(document.orphans.filter((one) => selection.orphans.includes(one.path)));
      const other = document.images.find((one) => !going.has(one.id));
      return Promise.resolve({
        diskBytes: frees,
        stays: [],
        unlocks: other
          ? [{ kind: 'image', id: other.id, name: other.tags[0] ?? other.id, diskBytes: 500_000_000 }]
          : [],
      });
    },
  };
}

function pastScans(document: ScanDocument): readonly HistoryPoint[] {
  return Array.from({ length: 14 }, (_, place) => ({
    id: place + 1,
    takenAt: new Date(Date.parse(document.takenAt) - (13 - place) * 40_000_000).toISOString(),
    endpoint: 'unix:///var/run/docker.sock',
    dataRoot: '/var/lib/docker',
    account: Object.fromEntries(
      Object.entries(document.account).map(([key, bytes]) => [
        key,
        Math.round(Number(bytes) * (0.4 + (place % 10) / 15)),
      ]),
    ) as unknown as HistoryPoint['account'],
    counts: { image: 60, layer: 170, container: 7, volume: 9, 'build-cache': 24, orphan: 3 },
    hasDetail: true,
  }));
}

function connection(): Connection {
  return {
    state: 'ready',
    endpoint: 'unix:///var/run/docker.sock',
    tried: [],
    access: 'direct',
    accessWhy: null,
    limits: [],
    dataRoot: '/var/lib/docker',
    disk: { freeBytes: 31_000_000_000, totalBytes: 120_000_000_000 },
    mayPrune: false,
    takenAt: null,
    version: '0.1.0',
  };
}

function sampleMemory(document: ScanDocument): HistoryMemory {
  const [layers, fileLists] = [document.layers.length, Math.min(document.layers.length, 90)];
  return {
    stateDir: '/home/ada/.local/state/strata',
    problem: null,
    retention: { detailedScans: 400, fileListBytes: 512 * 2 ** 20 },
    use: { bytes: 31e6, scans: 212, detailedScans: 212, fileLists, fileListBytes: fileLists * 2e5, layers },
  };
}
