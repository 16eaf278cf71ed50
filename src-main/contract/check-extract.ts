import * as v from 'valibot';
import { path, text, layer, view } from './check-parts.ts';
import type { ExtractApi } from './extract.ts';

const ticket = v.strictObject({ ticket: text });

export const extractChecks: {
  readonly [M in keyof ExtractApi]: v.GenericSchema<unknown, ExtractApi[M]['params']>;
} = {
  'inside.extract': v.strictObject({
    image: v.nullable(text),
    container: v.nullable(text),
    layer,
    view,
    path,
  }),
  'inside.extractPart': ticket,
  'inside.extractCancel': ticket,
};
