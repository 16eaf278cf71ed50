/** The pieces that the checks of every area are made of. */
import * as v from 'valibot';

/** An id, a name, a reference or a path: no thing of a store is longer. */
export const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
export const texts = v.pipe(v.array(text), v.maxLength(50_000));

/** A path inside an image: absolute, without `..`; the readers open it by handle all the same. */
export const path = v.pipe(
  text,
  v.startsWith('/'),
  v.check((value) => !value.split('/').includes('..'), 'a path without ".."'),
);
export const layer = v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(10_000)));
export const view = v.picklist(['own', 'stacked', 'auto']);

export const selection = v.strictObject({
  images: texts,
  containers: texts,
  volumes: texts,
  buildCache: texts,
  orphans: texts,
});
