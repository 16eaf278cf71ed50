/** The parameters of every method, checked once, at the gate. A method without its check does not compile. */
import * as v from 'valibot';
import type { Method, Params } from './api.ts';
import { selection, text } from './check-parts.ts';
import { extractChecks } from './check-extract.ts';
import { historyChecks } from './check-history.ts';
import { insideChecks } from './check-inside.ts';
import { reclaimChecks } from './check-reclaim.ts';
import { StrataError } from './errors.ts';
import type { StoreApi } from './store.ts';

/** One schema for each method of an area's api. */
export type Checks<M extends Method> = { readonly [N in M]: v.GenericSchema<unknown, Params<N>> };

const storeChecks: Checks<keyof StoreApi> = {
  'connection.get': v.null(),
  'connection.retry': v.null(),
  'doctor.get': v.null(),
  'scan.start': v.strictObject({ verify: v.exactOptional(v.boolean()) }),
  'scan.document': v.nullable(v.strictObject({ soFar: v.literal(true) })),
  'image.get': v.strictObject({ imageId: text }),
  'why.get': v.strictObject({ thing: text }),
  'frees.get': v.strictObject({ selection }),
  'versions.get': v.strictObject({
    keep: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1000)),
  }),
  'operation.cancel': v.strictObject({ operationId: text }),
};

const checks: Checks<Method> = {
  ...storeChecks,
  ...reclaimChecks,
  ...insideChecks,
  ...extractChecks,
  ...historyChecks,
};

/** Whether text from outside names a method: own names only, so that `constructor` is none. */
export function isMethod(name: unknown): name is Method {
  return typeof name === 'string' && Object.hasOwn(checks, name);
}

/** The parameters, typed; throws `bad-request` naming the field that is wrong. */
export function checkParams<M extends Method>(method: M, params: unknown): Params<M> {
  const schema: v.GenericSchema<unknown, Params<M>> = checks[method];
  const result = v.safeParse(schema, params);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const where = v.getDotPath(issue) ?? 'params';
  throw new StrataError('bad-request', `Bad parameters for ${method}: ${where}: ${issue.message}`);
}
