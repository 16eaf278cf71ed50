/** `plan`: what would go, in which order, freeing what. Deletes nothing; `-o` saves it for `apply`. */
import type { Command } from 'commander';
import { StrataError } from '../contract/errors.ts';
import type { CacheClass, Plan, Rules } from '../contract/reclaim.ts';
import { writeWhole } from '../support/write-whole.ts';
import type { AddCommands } from './frame.ts';
import { planPage } from './plan-page.ts';
import { parseAge, parseCount, parseSize } from './quantities.ts';

interface PlanOptions {
  readonly dangling?: boolean;
  readonly unused?: boolean;
  readonly older?: number;
  readonly keepLast?: number;
  readonly repo?: string;
  readonly label?: string;
  readonly stopped?: boolean;
  readonly cache?: boolean;
  readonly orphans?: boolean;
  readonly volumes?: string[];
  readonly target?: number;
  readonly output?: string;
}

/** As `docker builder prune` without `--all`: not the builder's own records. */
const CACHE: readonly CacheClass[] = ['regular', 'source.local', 'source.git', 'exec.cachemount'];

export const addPlan: AddCommands = (frame) => {
  const command = withSelectors(frame.program.command('plan'))
    .description('what would go, in which order, freeing what; deletes nothing')
    .option('-o, --output <file>', 'save it for apply')
    .action((things: string[], options: PlanOptions) =>
      frame.run(command, async ({ client, json, print, printJson, note, width }) => {
        const plan = await client.call('plan.make', { rules: rulesOf(things, options) });
        if (options.output !== undefined) {
          await save(options.output, plan);
          note(`Saved to ${options.output}`);
        }
        if (json) return printJson(plan);
        print(planPage(plan, width));
        if (things.length === 0 && Object.keys(options).every((name) => name === 'output'))
          note('Nothing was selected: name things, or see the selectors in strata plan --help.');
      }),
    );
};

async function save(path: string, plan: Plan): Promise<void> {
  try {
    await writeWhole(path, `${JSON.stringify(plan, null, 2)}\n`);
  } catch (cause) {
    const why = StrataError.from(cause).message;
    throw new StrataError('failed', `The plan can not be saved to ${path}: ${why}. Name another place.`, {
      cause,
    });
  }
}

function withSelectors(command: Command): Command {
  return command
    .argument('[things...]', 'names and ids of images, containers, build-cache records, orphans')
    .option('--dangling', 'images without a name that nothing stands on')
    .option('--unused', 'images that no container was created from')
    .option('--older <age>', 'only what is older: 30d, 12h, 4w', parseAge)
    .option('--keep-last <n>', 'keep the newest N of each repository', parseCount)
    .option('--repo <glob>', 'only images whose repositories fit')
    .option('--label <label>', 'only what has it: key or key=value')
    .option('--stopped', 'stopped containers')
    .option('--cache', 'build cache that is not in use')
    .option('--orphans', 'folders that nothing owns; they move to the quarantine')
    .option('--volumes <names...>', 'these volumes; no rule ever takes one')
    .option('--target <size>', 'a set that frees at least this much: 5GB', parseSize);
}

function rulesOf(things: readonly string[], options: PlanOptions): Rules {
  const { older, output: _output, cache, target, ...rest } = options;
  return {
    ...rest,
    ...(things.length === 0 ? {} : { things }),
    ...(older === undefined ? {} : { olderThanDays: older }),
    ...(cache === true ? { cache: CACHE } : {}),
    ...(target === undefined ? {} : { targetBytes: target }),
  };
}
