/** `pins`: what no rule ever takes. `pins add image app:1`, `pins remove label keep`. */
import { Argument } from 'commander';
import type { Pins } from '../contract/reclaim.ts';
import { safeText } from '../support/safe-text.ts';
import type { AddCommands } from './frame.ts';

const KINDS: Readonly<Record<string, keyof Pins>> = {
  image: 'images',
  repository: 'repositories',
  volume: 'volumes',
  label: 'labels',
};

export const addPins: AddCommands = (frame) => {
  const command = frame.program
    .command('pins')
    .description('what no rule ever takes')
    .addArgument(new Argument('[action]', 'what to do with the pin').choices(['list', 'add', 'remove']))
    .addArgument(new Argument('[kind]', 'of the pin').choices(Object.keys(KINDS)))
    .argument('[name]', 'an image id or tag, a repository glob, a volume, a label')
    .action((action: string | undefined, kind: string | undefined, name: string | undefined) =>
      frame.run(
        command,
        async ({ client, json, print, printJson }) => {
          let pins = await client.call('pins.get', null);
          if (action === 'add' || action === 'remove') {
            if (kind === undefined || name === undefined)
              return command.error(`error: pins ${action} KIND NAME`);
            const key = KINDS[kind]!;
            const others = pins[key].filter((one) => one !== name);
            pins = await client.call('pins.set', {
              ...pins,
              [key]: action === 'add' ? [...others, name] : others,
            });
          }
          if (json) return printJson(pins);
          for (const [kind, key] of Object.entries(KINDS)) {
            for (const name of pins[key]) print(`${kind} ${safeText(name)}\n`);
          }
        },
        { mayPrune: true },
      ),
    );
};
