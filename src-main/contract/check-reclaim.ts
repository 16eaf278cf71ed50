/** The parameters of the methods that plan, remove, and keep from removal. */
import * as v from 'valibot';
import { selection, text, texts } from './check-parts.ts';
import type { Plan, ReclaimApi } from './reclaim.ts';

const bytes = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const line = v.pipe(v.string(), v.maxLength(10_000));
const lines = v.pipe(v.array(line), v.maxLength(500_000));

const cacheClass = v.picklist([
  'regular',
  'source.local',
  'source.git',
  'exec.cachemount',
  'frontend',
  'internal',
]);

const rules = v.strictObject({
  dangling: v.exactOptional(v.boolean()),
  unused: v.exactOptional(v.boolean()),
  olderThanDays: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  keepLast: v.exactOptional(count),
  repo: v.exactOptional(text),
  label: v.exactOptional(text),
  stopped: v.exactOptional(v.boolean()),
  cache: v.exactOptional(v.array(cacheClass)),
  orphans: v.exactOptional(v.boolean()),
  volumes: v.exactOptional(texts),
  things: v.exactOptional(texts),
  targetBytes: v.exactOptional(count),
});

/** `image:sha256:…`: the kind of thing, then its id. */
const itemKey = v.pipe(text, v.regex(/^(?:container|image|tag|build-cache|volume|orphan):./));

const item = {
  kind: v.picklist(['image', 'container', 'build-cache']),
  target: text,
  name: line,
  freesDiskBytes: bytes,
};

const step = v.strictObject({
  kind: v.picklist([
    'remove-container',
    'untag',
    'delete-image',
    'prune-cache',
    'remove-volume',
    'quarantine-orphan',
  ]),
  target: text,
  name: line,
  freesDiskBytes: v.nullable(bytes),
  because: line,
  hasDigest: v.boolean(),
  item: itemKey,
});

/** A plan comes back from a file: data like any other until it is compared with the store. */
export const plan: v.GenericSchema<unknown, Plan> = v.strictObject({
  schema: v.literal(1),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{8,64}$/)),
  madeAt: v.pipe(v.string(), v.isoTimestamp()),
  fingerprint: v.pipe(v.string(), v.regex(/^[a-f0-9]{64}$/)),
  freesDiskBytes: v.nullable(bytes),
  steps: v.pipe(v.array(step), v.maxLength(50_000)),
  stays: v.array(
    v.strictObject({
      target: text,
      name: line,
      because: line,
      conflict: v.picklist(['hard', 'soft', 'choice']),
    }),
  ),
  unlocks: v.array(v.strictObject(item)),
  lost: v.array(
    v.strictObject({
      kind: v.picklist(['writable-layer', 'volume', 'local-image']),
      target: text,
      name: line,
      bytes: v.nullable(bytes),
      what: line,
    }),
  ),
  target: v.nullable(
    v.strictObject({ targetBytes: bytes, reached: v.boolean(), nextBest: v.array(v.strictObject(item)) }),
  ),
  dependsOn: lines,
});

export const pins = v.strictObject({ images: texts, repositories: texts, volumes: texts, labels: texts });

const byPlan = v.strictObject({ planId: text });
const byId = v.strictObject({ id: text });

/** Merged into the gate's table by `check.ts`. */
export const reclaimChecks = {
  'plan.make': v.strictObject({
    rules: v.exactOptional(rules),
    selection: v.exactOptional(selection),
    without: v.exactOptional(texts),
  }),
  'plan.get': byPlan,
  'plan.load': v.strictObject({ plan }),
  'plan.commands': byPlan,
  'plan.apply': v.strictObject({ planId: text, fingerprint: text, backup: v.exactOptional(texts) }),
  'receipts.list': v.null(),
  'receipt.get': byId,
  'pins.get': v.null(),
  'pins.set': pins,
  'quarantine.list': v.null(),
  'quarantine.putBack': byId,
  'quarantine.purge': byId,
  'backup.restore': v.strictObject({ planId: text, imageId: text }),
} satisfies { readonly [M in keyof ReclaimApi]: v.GenericSchema<unknown, ReclaimApi[M]['params']> };
