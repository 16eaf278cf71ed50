/** `doctor`: what was found and tried, and how to get more. Trouble is its answer, so it ends with 0. */
import type { DoctorLine } from '../contract/store.ts';
import { safeText } from '../support/safe-text.ts';
import type { AddCommands } from './frame.ts';
import { wrap } from './text-width.ts';

const MARKS: Readonly<Record<DoctorLine['state'], string>> = {
  ok: 'ok',
  warning: 'warning',
  problem: 'PROBLEM',
  info: 'info',
};

export const addDoctor: AddCommands = (frame) => {
  const command = frame.program
    .command('doctor')
    .description('what was found and tried: endpoints, access, and how to get more')
    .action(() =>
      frame.run(command, async ({ client, json, print, printJson, width }) => {
        const report = await client.call('doctor.get', null);
        if (json) return printJson(report);
        for (const { topic, state, text, advice } of report.lines) {
          print(wrap(safeText(`${MARKS[state]}: ${topic}: ${text}`), width));
          if (advice !== null) print(wrap(safeText(`→ ${advice}`), width, '    '));
        }
      }),
    );
};
