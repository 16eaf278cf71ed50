import * as v from 'valibot';
import type { Checks } from './check.ts';
import type { HistoryApi } from './history.ts';

const scanId = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

export const historyChecks: Checks<keyof HistoryApi> = {
  'history.list': v.null(),
  'history.uses': v.null(),
  'history.compare': v.strictObject({ fromId: scanId, toId: scanId }),
};
