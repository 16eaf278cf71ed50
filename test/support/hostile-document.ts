/** A store whose names are written by somebody who wants to harm, and whose layers have every odd shape there is. */
import type { ScanDocument, ScanImage, ScanLayer } from '../../src-main/contract/scan-document.ts';

/** Controls and ANSI, bidi marks, HTML, a long one, what is left of invalid UTF-8, and what a formula starts with. */
export const HOSTILE_NAMES = [
  'evil\u001b[31m\u0007\u0000\rred',
  'user\u202Egnp.exe\u2066\u200b',
  '<img src=x onerror=alert(1)><script>alert(2)</script>',
  `long-${'x'.repeat(4090)}`,
  'broken\ufffd\ud800utf8',
  '=cmd|calc!A0 "quoted" \'single\' `tick` $(reboot)',
] as const;

const nameAt = (at: number): string => HOSTILE_NAMES[at % HOSTILE_NAMES.length] ?? '';

/** As the name that a thing is known by: half a surrogate pair fits in no address. */
const idAt = (at: number): string => `${at}${nameAt(at).replace('\ud800', '')}`;

/** All that others may have written is hostile; ids stay, they are checked where they come in. */
export function hostile(real: ScanDocument): ScanDocument {
  const labels = { 'com.docker.compose.project': nameAt(0), [nameAt(1)]: nameAt(2) };
  return {
    ...real,
    images: real.images.map((image, at) => ({
      ...image,
      tags: image.tags.length === 0 ? [] : [`${nameAt(at)}/${nameAt(at + 1)}:${nameAt(at + 2)}`],
      digests: image.digests.map(() => `${nameAt(at)}@sha256:${'a'.repeat(64)}`),
      platform: nameAt(at),
      labels,
    })),
    containers: real.containers.map((container, at) => ({
      ...container,
      name: `/${nameAt(at)}`,
      imageName: nameAt(at + 1),
      labels,
    })),
    volumes: real.volumes.map((volume, at) => ({
      ...volume,
      name: idAt(at),
      anonymous: false,
      labels,
    })),
    buildCache: real.buildCache.map((record, at) => ({
      ...record,
      description: nameAt(at),
      type: nameAt(at + 1),
    })),
    orphans: real.orphans.map((orphan, at) => ({
      ...orphan,
      path: `overlay2/${idAt(at)}`,
      evidence: [nameAt(at)],
    })),
    issues: HOSTILE_NAMES.map((name) => ({ where: name, what: name })),
  };
}

/** What a server that was told hostile names answers about single things. */
export function hostileAnswers(): Readonly<Record<string, unknown>> {
  const [name = ''] = HOSTILE_NAMES;
  const link = { kind: 'container', id: 'x', name: nameAt(1), because: nameAt(2) };
  return {
    'why.get': { thing: name, kind: 'image', what: name, diskBytes: null, keptBy: [link], verdict: name },
    'frees.get': {
      diskBytes: null,
      stays: [{ id: 'x', name: nameAt(3), because: nameAt(3) }],
      unlocks: HOSTILE_NAMES.map((one, at) => ({
        kind: 'image',
        id: `sha256:${at}`,
        name: one,
        diskBytes: 1,
      })),
    },
    'doctor.get': {
      lines: HOSTILE_NAMES.map((one) => ({ topic: one, state: 'warning', text: one, advice: one })),
    },
    'quarantine.list': HOSTILE_NAMES.map((one, at) => ({
      id: String(at),
      path: one,
      movedAt: '2026-11-20T12:00:00Z',
      diskBytes: null,
      evidence: [one],
    })),
    'pins.get': {
      images: HOSTILE_NAMES,
      repositories: HOSTILE_NAMES,
      volumes: HOSTILE_NAMES,
      labels: HOSTILE_NAMES,
    },
  };
}

const MOST_LAYERS = 127;

/** Adds an image without layers, one of 127, and among them layers of 0 bytes and one of which nothing is known. */
export function oddShapes(real: ScanDocument): ScanDocument {
  const [sample] = real.images;
  const [layer] = real.layers;
  if (sample === undefined || layer === undefined) return real;
  const id = (at: number): string => `sha256:${at.toString(16).padStart(12, '0').padEnd(64, '0')}`;
  const tall = {
    ...sample,
    id: id(1),
    tags: ['odd/tall:127'],
    containers: [],
    children: [],
    intermediate: false,
  };
  const chain = Array.from({ length: MOST_LAYERS }, (_, at) => id(1000 + at));
  const layers = chain.map((chainId, at): ScanLayer => {
    const bytes = at === 100 ? null : at % 3 === 0 ? 0 : 90_000_000;
    return {
      ...layer,
      chainId,
      parent: at === 0 ? null : (chain[at - 1] ?? null),
      bytes,
      diskBytes: bytes,
      images: [tall.id],
      containers: [],
    };
  });
  const bare: ScanImage = {
    ...tall,
    id: id(2),
    tags: ['odd/bare:0'],
    chain: [],
    bytes: 0,
    diskBytes: 0,
    uniqueDiskBytes: 0,
    sharedDiskBytes: 0,
    freesDiskBytes: 0,
  };
  const unknown = { diskBytes: null, uniqueDiskBytes: null, sharedDiskBytes: null, freesDiskBytes: null };
  return {
    ...real,
    images: [...real.images, { ...tall, ...unknown, bytes: 7_500_000_000, chain }, bare],
    layers: [...real.layers, ...layers],
  };
}
