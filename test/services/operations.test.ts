import { expect, test } from 'vitest';
import type { OperationProgress, StrataEvent } from '../../src-main/contract/api.ts';
import { createOperations } from '../../src-main/services/operations.ts';

const step = (done: number): OperationProgress => ({
  stage: 'Walking',
  done,
  total: 9,
  files: 0,
  diskBytes: 0,
});

function setUp() {
  const events: StrataEvent[] = [];
  return { events, operations: createOperations((event) => events.push(event)) };
}

test('an operation has an id at once and ends with one event', async () => {
  const { events, operations } = setUp();
  const { operationId, result } = operations.start(async () => 'value');
  expect(operationId).not.toBe('');
  expect(await result).toBe('value');
  expect(events).toEqual([{ kind: 'finished', operationId, outcome: 'done', message: null }]);
});

test('progress is sampled: the first at once, then not each of a thousand', async () => {
  const { events, operations } = setUp();
  await operations.start(async (_, report) => {
    for (let done = 0; done < 1000; done++) report(step(done));
  }).result;
  const heard = events.filter((event) => event.kind === 'progress');
  expect(heard[0]).toMatchObject({ progress: { done: 0 } });
  expect(heard.length).toBeLessThan(10);
});

test('a cancelled operation ends as cancelled, once', async () => {
  const { events, operations } = setUp();
  const { operationId, result } = operations.start(
    (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
  );
  operations.cancel(operationId);
  await expect(result).rejects.toMatchObject({ code: 'cancelled' });
  expect(events).toMatchObject([{ kind: 'finished', outcome: 'cancelled' }]);
  expect(() => operations.cancel(operationId)).toThrow(/is running/);
});

test('work that ends well although it was cancelled is done: it reports what it did', async () => {
  const { events, operations } = setUp();
  const { operationId, result } = operations.start(
    (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('half'))),
  );
  operations.cancel(operationId);
  expect(await result).toBe('half');
  expect(events).toMatchObject([{ outcome: 'done' }]);
});

test('a failure is told by event, and nobody has to wait for it', async () => {
  const { events, operations } = setUp();
  const { result } = operations.start(async () => {
    throw new Error('the disk broke');
  });
  await expect(result).rejects.toMatchObject({ code: 'failed' });
  expect(events).toMatchObject([{ outcome: 'failed', message: 'the disk broke' }]);
});

test('closing cancels what runs and waits for its end', async () => {
  const { events, operations } = setUp();
  operations.start(
    (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('x')))),
  );
  await operations.close();
  expect(events).toMatchObject([{ kind: 'finished', outcome: 'cancelled' }]);
});
