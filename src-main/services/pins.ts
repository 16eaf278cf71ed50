/** What the user pinned: kept in the state folder, asked before anything is planned. */
import { parse } from 'valibot';
import type { Handlers } from '../contract/api.ts';
import { pins as pinsSchema } from '../contract/check-reclaim.ts';
import { StrataError } from '../contract/errors.ts';
import type { Pins } from '../contract/reclaim.ts';
import type { HistoryStore } from '../history/index.ts';
import { SOURCE_WORDS, type ServiceContext } from './context.ts';

export const NO_PINS: Pins = { images: [], repositories: [], volumes: [], labels: [] };
const PINS_KEY = 'pins';

export function pinsHandlers(context: ServiceContext): Pick<Handlers, 'pins.get' | 'pins.set'> {
  return {
    'pins.get': async () => readPins(await context.history()),
    'pins.set': async (pins) => {
      await mustBeLive(context);
      if (!context.mayPrune) {
        const why = 'a pin that is taken away lets its thing be removed';
        throw new StrataError(
          'forbidden',
          `This server changes no pins (${why}): start it with --allow-prune.`,
        );
      }
      const history = await context.history();
      await history.setSetting(PINS_KEY, JSON.stringify(pins));
      return readPins(history);
    },
  };
}

/** The user's pins protect a real store: what is done to a sample or a saved scan must not change them. */
async function mustBeLive({ kind, source }: ServiceContext): Promise<void> {
  const shown = kind === 'engine' ? (await source.state()).state : kind;
  if (shown === 'demo' || shown === 'file' || shown === 'archive') {
    const what = SOURCE_WORDS[shown];
    throw new StrataError('unsupported', `Pins are not set from ${what}: they protect your own store.`);
  }
}

/** What the user pinned. Throws when that can't be known: rules without pins would take too much. */
export async function readPins(history: HistoryStore): Promise<Pins> {
  if (history.problem !== null) {
    throw new StrataError(
      'failed',
      `What you pinned is not known, so nothing is planned. ${history.problem}`,
    );
  }
  const text = await history.getSetting(PINS_KEY);
  if (text === null) return NO_PINS;
  try {
    return parse(pinsSchema, JSON.parse(text));
  } catch (cause) {
    throw new StrataError('failed', 'The pins are damaged: set them again before a plan is made.', { cause });
  }
}
