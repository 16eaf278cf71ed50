import * as v from 'valibot';
import type { Checks } from './check.ts';
import type { HistoryApi } from './history.ts';

const scanId = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

export const historyChecks: Checks<keyof HistoryApi> = {
  'history.list': v.null(),
  'history.uses': v.null(),
  'history.memory': v.null(),
  'history.setRetention': v.strictObject({
    detailedScans: v.pipe(v.number(), v.safeInteger(), v.minValue(2), v.maxValue(10_000)),
    fileListBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(16 * 2 ** 30)),
  }),
  'history.compare': v.strictObject({ fromId: scanId, toId: scanId }),
};
