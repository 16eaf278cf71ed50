import { expect, test } from 'vitest';
import { progressLine } from '../../src-main/cli/progress.ts';

test('what runs may be named by an image or a build step: it moves no cursor', () => {
  let written = '';
  const line = progressLine({ write: (text: string) => (written += text) } as never);
  const stage = 'prune-cache RUN echo \u001b[2J\nfake: done\u202e';
  const progress = { stage, done: 0, total: null, files: 0, diskBytes: 0 };
  line.onEvent({ kind: 'progress', operationId: 'x', progress });
  const shown = written.replace('\r\u001b[K', '');
  expect(shown).toContain('prune-cache');
  expect(shown).not.toMatch(/[\u001b\n\u202e]/);
});
