/** The one gate. Every transport brings a request here; nothing else calls a handler for a front end. */
import { MUTATING_METHODS, type Handlers, type Method, type Params, type Result } from '../contract/api.ts';
import { answerOf, type Answer } from '../contract/answer.ts';
import { checkParams, isMethod } from '../contract/check.ts';
import { StrataError } from '../contract/errors.ts';

/** Never throws: what goes wrong is the answer. */
export type Dispatch = (request: unknown, signal: AbortSignal) => Promise<Answer>;

/** `mayPrune`: whether this transport lets the methods through that remove something. */
export function createDispatch(handlers: Handlers, options: { readonly mayPrune: boolean }): Dispatch {
  return async (request, signal) => {
    try {
      const { method, params } = readRequest(request);
      if (!isMethod(method) || !Object.hasOwn(handlers, method)) {
        throw new StrataError(
          'not-found',
          `There is no method ${JSON.stringify(method) ?? 'without a name'}`,
        );
      }
      if (!options.mayPrune && MUTATING_METHODS.has(method)) {
        throw new StrataError(
          'forbidden',
          `${method} changes something, and this view is read-only. Start Strata with --allow-prune to allow it.`,
        );
      }
      return { ok: true, value: await callHandler(handlers, method, checkParams(method, params), signal) };
    } catch (thrown) {
      return answerOf(thrown);
    }
  };
}

function callHandler<M extends Method>(
  handlers: Handlers,
  method: M,
  params: Params<M>,
  signal: AbortSignal,
): Promise<Result<M>> {
  return handlers[method](params, signal);
}

function readRequest(request: unknown): { method: unknown; params: unknown } {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new StrataError('bad-request', 'A request is an object with method and params');
  }
  const method: unknown = Object.hasOwn(request, 'method') ? Reflect.get(request, 'method') : undefined;
  const params: unknown = Object.hasOwn(request, 'params') ? Reflect.get(request, 'params') : undefined;
  return { method, params };
}
