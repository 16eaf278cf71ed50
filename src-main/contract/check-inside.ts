/** The parameters of the methods that look inside images and containers. */
import * as v from 'valibot';
import { text, texts } from './check-parts.ts';
import type { InsideApi } from './inside.ts';

/** A path inside an image: absolute, without `..`; the readers open it by handle all the same. */
const path = v.pipe(
  text,
  v.startsWith('/'),
  v.check((value) => !value.split('/').includes('..'), 'a path without ".."'),
);
const layer = v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(10_000)));
const view = v.picklist(['own', 'stacked', 'auto']);

export const insideChecks: {
  readonly [M in keyof InsideApi]: v.GenericSchema<unknown, InsideApi[M]['params']>;
} = {
  'inside.list': v.strictObject({ image: text, layer, view, path }),
  'inside.find': v.strictObject({ image: text, layer, view, glob: text }),
  'inside.archive': v.strictObject({ image: v.nullable(text), verify: v.boolean() }),
  'inside.verify': v.null(),
  'inside.waste': v.strictObject({ image: text }),
  'inside.diff': v.strictObject({ container: text }),
  'inside.compare': v.strictObject({ here: text, there: text }),
  'inside.preview': v.strictObject({ image: v.nullable(text), container: v.nullable(text), layer, path }),
  'inside.textDiff': v.strictObject({ container: text, path }),
  'inside.secrets': v.strictObject({ images: texts }),
  'inside.reveal': v.strictObject({ findingId: text }),
};
