/** `check [IMAGE…]`: what a CI job runs. Exit 3 when a threshold is exceeded. */
import { StrataError } from '../contract/errors.ts';
import type { Client } from '../contract/api.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { AddCommands } from './frame.ts';
import { EXIT } from './exit.ts';
import { parseSize } from './quantities.ts';

interface CheckOptions {
  readonly maxWasted?: number;
  readonly maxDangling?: number;
  readonly minEfficiency?: string;
  /** commander: `--no-secrets` sets it false. */
  readonly secrets: boolean;
}

interface Verdict {
  readonly check: string;
  readonly subject: string;
  readonly ok: boolean;
  readonly text: string;
}

export const addCheck: AddCommands = (frame) => {
  const command = frame.program
    .command('check')
    .description('for CI: exit code 3 when a threshold is exceeded')
    .argument('[images...]', 'images that --max-wasted, --min-efficiency and --no-secrets look at')
    .option('--max-wasted <size>', 'bytes in layers that no later layer shows: 20MB', threshold)
    .option('--max-dangling <size>', 'disk bytes that only dangling images hold: 1GB', threshold)
    .option('--min-efficiency <score>', "dive's score, 0 to 1: 0.9")
    .option('--no-secrets', 'no credential of medium or high risk')
    .action((images: string[], options: CheckOptions) =>
      frame.run(command, async ({ client, json, print, printJson }) => {
        const verdicts = await runChecks(client, images, options);
        if (verdicts.length === 0) {
          throw new StrataError(
            'bad-request',
            'check needs a threshold and, but for --max-dangling, an image: see strata check --help',
          );
        }
        if (json) printJson({ ok: verdicts.every(({ ok }) => ok), checks: verdicts });
        else
          for (const { ok, text } of verdicts) print(`${ok ? 'ok      ' : 'EXCEEDED'}  ${safeText(text)}\n`);
        return verdicts.every(({ ok }) => ok) ? EXIT.done : EXIT.exceeded;
      }),
    );
};

async function runChecks(
  client: Client,
  images: readonly string[],
  options: CheckOptions,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  if (options.maxDangling !== undefined) {
    const limit = options.maxDangling;
    const { dangling } = (await client.call('scan.document', null)).reclaimable;
    if (dangling === null)
      throw new StrataError('no-permission', 'What dangling images hold is not measured: run as root');
    const text = `dangling images hold ${formatBytes(dangling)}, at most ${formatBytes(limit)} allowed`;
    verdicts.push({ check: 'max-dangling', subject: 'store', ok: dangling <= limit, text });
  }
  for (const image of images) verdicts.push(...(await checkImage(client, image, options)));
  return verdicts;
}

async function checkImage(client: Client, image: string, options: CheckOptions): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  if (options.maxWasted !== undefined || options.minEfficiency !== undefined) {
    const waste = await client.call('inside.waste', { image });
    if (options.maxWasted !== undefined) {
      const limit = options.maxWasted;
      const text = `${image} wastes ${formatBytes(waste.wastedBytes)}, at most ${formatBytes(limit)} allowed`;
      verdicts.push({ check: 'max-wasted', subject: image, ok: waste.wastedBytes <= limit, text });
    }
    if (options.minEfficiency !== undefined) {
      const least = Number(options.minEfficiency);
      if (!(least >= 0 && least <= 1))
        throw new StrataError(
          'bad-request',
          `--min-efficiency ${options.minEfficiency}: a number from 0 to 1`,
        );
      const { efficiency } = waste.dive;
      const text = `${image} has efficiency ${efficiency.toFixed(4)}, at least ${least} wanted`;
      verdicts.push({ check: 'min-efficiency', subject: image, ok: efficiency >= least, text });
    }
  }
  if (!options.secrets) {
    const { findings } = await client.call('inside.secrets', { images: [image] });
    const bad = findings.filter(({ severity }) => severity !== 'low');
    verdicts.push({
      check: 'no-secrets',
      subject: image,
      ok: bad.length === 0,
      text: `${image} has ${bad.length} credentials`,
    });
  }
  return verdicts;
}

/** A size, or 0: nothing allowed. */
function threshold(text: string): number {
  return /^0[a-z]*$/i.test(text) ? 0 : parseSize(text);
}
