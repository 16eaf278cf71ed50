import { expect, test } from 'vitest';
import { MUTATING_METHODS, type Handlers, type Method } from '../../src-main/contract/api.ts';
import { isMethod } from '../../src-main/contract/check.ts';
import { createDispatch } from '../../src-main/transports/dispatch.ts';
import { fakeHandlers } from '../support/fake-handlers.ts';

const never = new AbortController().signal;

/** A handler of every mutating method, which tells when it is reached. */
function mutating(reached: Method[]): Handlers {
  const entries = [...MUTATING_METHODS].map((method) => [
    method,
    async () => {
      reached.push(method);
      return null;
    },
  ]);
  return fakeHandlers(Object.fromEntries(entries) as Partial<Handlers>);
}

test('a read-only view removes nothing, whatever the parameters, and says how to allow it', async () => {
  const reached: Method[] = [];
  const dispatch = createDispatch(mutating(reached), { mayPrune: false });
  for (const method of MUTATING_METHODS) {
    const answer = await dispatch({ method, params: {} }, never);
    expect(answer).toMatchObject({ ok: false, code: 'forbidden' });
    expect(JSON.stringify(answer)).toContain('--allow-prune');
  }
  expect(reached).toEqual([]);
});

test('every method that removes something has its parameters checked', () => {
  for (const method of MUTATING_METHODS) expect(isMethod(method)).toBe(true);
});

test.each([null, undefined, 7, 'text', [], [{ method: 'connection.get', params: null }]])(
  'the request %o is a bad request',
  async (request) => {
    const dispatch = createDispatch(fakeHandlers(), { mayPrune: true });
    expect(await dispatch(request, never)).toMatchObject({ ok: false, code: 'bad-request' });
  },
);

test('a method that stands only in the prototype is none', async () => {
  const dispatch = createDispatch(fakeHandlers(), { mayPrune: true });
  const inherited: unknown = Object.create({ method: 'connection.get', params: null });
  expect(await dispatch(inherited, never)).toMatchObject({ ok: false, code: 'not-found' });
});
