/** What the app's command line may say, as the CLI's global options. */
import { parseArgs } from 'node:util';
import { StrataError } from '../contract/errors.ts';
import type { SourceOptions } from '../services/index.ts';

export interface AppArguments {
  readonly source: SourceOptions;
  readonly stateDir: string | null;
}

const text = { type: 'string' } as const;

/**
 * `args` without the program's own name. Chromium's switches and the folder of the app stand among them and are passed
 * over; an engine that does not answer gives the demo, marked as such.
 */
export function readArguments(args: readonly string[]): AppArguments {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      demo: { type: 'boolean' },
      from: text,
      archive: text,
      host: text,
      context: text,
      'data-root': text,
      'state-dir': text,
    },
  });
  const valueOf = (name: string): string | null => {
    const value = values[name];
    if (value === undefined) return null;
    if (typeof value !== 'string') throw new StrataError('bad-request', `--${name} needs a value`);
    return value;
  };
  const [from, archive, host, context, dataRoot] = [
    valueOf('from'),
    valueOf('archive'),
    valueOf('host'),
    valueOf('context'),
    valueOf('data-root'),
  ];
  const stateDir = valueOf('state-dir');
  if (values['demo'] === true) return { stateDir, source: { kind: 'demo' } };
  if (from !== null) return { stateDir, source: { kind: 'file', path: from } };
  if (archive !== null) return { stateDir, source: { kind: 'archive', path: archive } };
  return {
    stateDir,
    source: {
      kind: 'engine',
      demoIfNone: true,
      ...(host === null ? {} : { host }),
      ...(context === null ? {} : { context }),
      ...(dataRoot === null ? {} : { dataRoot }),
    },
  };
}
