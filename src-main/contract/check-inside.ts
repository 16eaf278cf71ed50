/** The parameters of the methods that look inside images and containers. */
import * as v from 'valibot';
import { layer, path, text, texts, view } from './check-parts.ts';
import type { InsideApi } from './inside.ts';

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
  'inside.sameContent': v.null(),
  'inside.sameContentReport': v.strictObject({ operationId: text }),
  'inside.confirmSame': v.strictObject({ groupId: text }),
};
