/** The eleven states of the design, and what each screen says in them. */
import type { Connection } from '../../src-main/contract/store.ts';
import { SCREEN_TITLES } from '../../src-renderer/lib/screens.ts';
import { nothingIn, ready, unmeasured, type Bent } from './bent-server.ts';

/** Addresses of all screens and pages; `IMAGE` and `CONTAINER` stand for the first ones of the store. */
export const PLACES: readonly string[] = [
  ...Object.keys(SCREEN_TITLES),
  'sharing?as=matrix',
  'sharing?as=treemap',
  'receipts?as=quarantine',
  'receipts?as=pins',
  'images/IMAGE',
  'images/IMAGE/files',
  'containers/CONTAINER/changes',
];

export interface ScreenState {
  readonly name: string;
  readonly bent: Bent;
  /** Words in the page, whatever the screen: of banner and top bar. */
  readonly everywhere?: string;
  /** Words on a screen itself; a place that is not named has its usual ones. */
  readonly words?: Readonly<Record<string, string | RegExp>>;
  /** Where it concerns anything; everywhere when left out. */
  readonly places?: readonly string[];
  /** Nothing on disk is known: no screen may show a size of 0. */
  readonly unknown?: true;
}

/** Places that show nothing but the reason while there is no account of a store. */
const NEEDS_STORE = PLACES.filter((place) => !/^(settings|history|receipts)/.test(place));
const onAll = (places: readonly string[], words: string | RegExp): Record<string, string | RegExp> =>
  Object.fromEntries(places.map((place) => [place, words]));
const NO_STORE = { code: 'no-engine', message: 'No engine.' };
const without =
  (state: Connection['state']) =>
  (real: Connection): Connection => ({ ...real, state, endpoint: '', mayPrune: false });

export const STATES: readonly ScreenState[] = [
  {
    name: 'loading',
    bent: { silent: ['*'] },
    words: {
      ...onAll(NEEDS_STORE, 'Reading the store'),
      settings: 'Looking',
      history: 'Reading past scans',
      receipts: 'Reading the receipts',
      'receipts?as=quarantine': 'Reading the quarantine',
      'receipts?as=pins': 'not read yet',
    },
    unknown: true,
  },
  {
    name: 'empty store',
    bent: { connection: ready, document: nothingIn },
    words: {
      overview: 'No images here.',
      images: 'No images here.',
      sharing: 'No layers here.',
      'sharing?as=matrix': 'No layers here.',
      'sharing?as=treemap': 'No layers here.',
      containers: 'No containers here.',
      volumes: 'No volumes here.',
      cache: 'No build cache here.',
      plan: 'none',
      history: 'History comes with scans.',
      basket: 'The basket is empty.',
      receipts: 'Nothing was removed yet.',
      compare: 'Choose two images.',
      secrets: 'No images here.',
      'images/IMAGE': 'This image is not in the scan.',
    },
  },
  {
    name: 'filtered empty',
    bent: {},
    places: ['images?q=zzz', 'containers?q=zzz', 'volumes?q=zzz', 'cache?q=zzz', 'plan?label=no%3Dsuch'],
    words: {
      'images?q=zzz': /0 of \d+ images match/,
      'containers?q=zzz': /0 of \d+ containers match/,
      'volumes?q=zzz': /0 of \d+ volumes match/,
      'cache?q=zzz': /0 of \d+ records match/,
    },
  },
  {
    name: 'no engine',
    bent: {
      refusal: NO_STORE,
      connection: (real) => ({
        ...without('no-engine')(real),
        tried: [{ endpoint: 'unix:///var/run/docker.sock', error: 'no such file', code: 'ENOENT' }],
      }),
    },
    everywhere: 'No engine',
    words: { ...onAll(NEEDS_STORE, 'No Docker engine answers.'), settings: 'No engine' },
    unknown: true,
  },
  {
    name: 'no permission on the socket',
    bent: { refusal: { ...NO_STORE, code: 'no-permission' }, connection: without('no-permission') },
    everywhere: 'No permission',
    words: { ...onAll(NEEDS_STORE, 'sudo usermod -aG docker'), settings: 'No permission' },
    unknown: true,
  },
  {
    name: 'files not readable',
    bent: {
      document: unmeasured,
      connection: (real) => ({ ...ready(real), access: 'api', accessWhy: 'The folder belongs to root.' }),
    },
    everywhere: 'The files of the data root are not read. The folder belongs to root.',
    words: { overview: 'The data root was not read', settings: 'sizes on disk are not measured' },
    unknown: true,
  },
  {
    name: 'an engine in a VM',
    bent: {
      document: unmeasured,
      connection: (real) => ({
        ...ready(real),
        access: 'api',
        limits: ['/var/lib/docker is inside a VM or on another machine.'],
      }),
    },
    everywhere: 'Some views are limited. /var/lib/docker is inside a VM or on another machine.',
    words: { settings: '/var/lib/docker is inside a VM' },
    unknown: true,
  },
  {
    name: 'too old or unknown store',
    bent: {
      document: (real) => unmeasured({ ...nothingIn(real), volumes: real.volumes }),
      connection: (real) => ({
        ...ready(real),
        access: 'api',
        limits: ["The engine keeps images in containerd's store: layers are not shown yet."],
      }),
    },
    everywhere: 'layers are not shown yet',
    words: { settings: 'layers are not shown yet', sharing: 'No layers here.' },
    unknown: true,
  },
  {
    name: 'partial errors',
    bent: {
      connection: ready,
      document: (real) => ({
        ...real,
        issues: [{ where: 'image/overlay2/layerdb/x/size', what: 'not a number' }],
        images: real.images.map((image, at) => (at % 9 === 0 ? { ...image, uniqueDiskBytes: null } : image)),
        layers: real.layers.map((layer, at) => (at % 9 === 0 ? { ...layer, diskBytes: null } : layer)),
        containers: real.containers.map((one, at) => (at === 0 ? { ...one, logDiskBytes: null } : one)),
        volumes: real.volumes.map((one, at) => (at === 0 ? { ...one, diskBytes: null } : one)),
        buildCache: real.buildCache.map((one, at) => (at === 0 ? { ...one, diskBytes: null } : one)),
      }),
    },
    everywhere: '1 note',
  },
  {
    name: 'engine lost midway',
    bent: { connection: (real) => ({ ...real, state: 'lost' }) },
    everywhere: 'The engine stopped answering. Looking for it again.',
    words: {
      plan: 'nothing can be removed meanwhile',
      'receipts?as=quarantine': 'nothing can be removed meanwhile',
      settings: 'Engine lost',
    },
  },
  {
    name: 'an opened scan file',
    bent: { connection: (real) => ({ ...real, state: 'file', endpoint: 'host.strata' }) },
    everywhere: 'Read-only: a saved scan of host.strata',
    words: {
      plan: 'This is a saved scan, read-only',
      'receipts?as=quarantine': 'This is a saved scan, read-only',
      settings: 'Scan file host.strata',
    },
  },
];
