/** Writes audit entries without end, one byte out for each that is confirmed; somebody kills it. */
import { openHistory } from '../../src-main/history/index.ts';

const history = await openHistory(process.argv[2]);
for (;;) {
  await history.appendAudit({
    atMs: 1,
    kind: 'receipt',
    planId: 'p',
    json: JSON.stringify('x'.repeat(5000)),
  });
  process.stdout.write('.');
}
