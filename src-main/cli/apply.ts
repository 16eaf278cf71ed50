/** `apply FILE`: exactly the saved plan, or exit 4. `prune`: plan the dangling images and apply, asking once. */
import { readFile } from 'node:fs/promises';
import { StrataError } from '../contract/errors.ts';
import type { Plan } from '../contract/reclaim.ts';
import type { AddCommands } from './frame.ts';
import { remove, type RemovalOptions } from './removal.ts';

export const addApply: AddCommands = (frame) => {
  const apply = frame.program
    .command('apply')
    .description('does exactly the plan, or refuses (exit 4) and says what changed')
    .argument('<file>', 'a plan saved by plan -o')
    .option('--yes', 'do not ask')
    .option('--backup', 'save each image to a file before it is deleted')
    .action((file: string, options: RemovalOptions) =>
      frame.run(
        apply,
        async (session) => {
          const plan = await session.client.call('plan.load', { plan: await readPlan(file) });
          return remove(session, plan, options);
        },
        { mayPrune: true },
      ),
    );

  const prune = frame.program
    .command('prune')
    .description('removes the dangling images: plan --dangling and apply in one')
    .option('--yes', 'do not ask')
    .option('--backup', 'save each image to a file before it is deleted')
    .action((options: RemovalOptions) =>
      frame.run(
        prune,
        async (session) => {
          const plan = await session.client.call('plan.make', { rules: { dangling: true } });
          return remove(session, plan, options);
        },
        { mayPrune: true },
      ),
    );
};

/** Its shape is checked at the gate, its truth against the store. */
async function readPlan(file: string): Promise<Plan> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (thrown) {
    throw new StrataError('failed', `The plan ${file} can not be read: ${StrataError.from(thrown).message}`);
  }
  try {
    return JSON.parse(text) as Plan;
  } catch (thrown) {
    throw new StrataError('failed', `${file} is no plan: ${StrataError.from(thrown).message}`);
  }
}
