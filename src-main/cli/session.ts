/** One command's run: the contract's client over services made for its options, and ways to print. */
import type { Command } from 'commander';
import type { Client, StrataEvent } from '../contract/api.ts';
import { createServices, type Services, type SourceOptions } from '../services/index.ts';
import { createDispatch } from '../transports/dispatch.ts';
import { localClient } from '../transports/local.ts';
import { widthOf, type CliIo } from './io.ts';
import { progressLine } from './progress.ts';

/** The global options, as commander reads them. */
export interface GlobalOptions {
  readonly host?: string;
  readonly context?: string;
  readonly dataRoot?: string;
  readonly demo?: boolean;
  readonly from?: string;
  readonly json?: boolean;
  readonly stateDir?: string;
  readonly archive?: string;
}

export interface Session {
  readonly client: Client;
  /** For what is no call of the contract: saving a scan, serving. */
  readonly services: Services;
  readonly io: CliIo;
  readonly json: boolean;
  /** Columns for tables on stdout. */
  readonly width: number;
  /** One line for people on stderr. */
  note(text: string): void;
  /** To stdout as it is. */
  print(text: string): void;
  /** One JSON document on stdout. */
  printJson(value: unknown): void;
}

export interface SessionOptions {
  readonly globals: GlobalOptions;
  readonly mayPrune: boolean;
  /** Long-lived: watches the engine. */
  readonly watch: boolean;
  readonly demoIfNone: boolean;
}

/** Opens services, runs, and closes them whatever happens. Returns the exit code. */
export async function inSession(
  io: CliIo,
  options: SessionOptions,
  run: (session: Session) => Promise<number | void>,
): Promise<number> {
  const { globals } = options;
  const services = createServices({
    source: sourceOf(globals, options.demoIfNone),
    ...(globals.stateDir === undefined ? {} : { stateDir: globals.stateDir }),
    env: io.env,
    mayPrune: options.mayPrune,
    watch: options.watch,
  });
  const showProgress = io.stderr.isTTY ? progressLine(io.stderr) : null;
  const stopProgress = showProgress
    ? services.onEvent((event: StrataEvent) => showProgress.onEvent(event))
    : null;
  // Ctrl-C cancels what runs; it still reports what it did, and the command ends by that.
  const cancel = (): void => services.cancel();
  io.signal.addEventListener('abort', cancel, { once: true });
  try {
    const dispatch = createDispatch(services.handlers, { mayPrune: options.mayPrune });
    const code = await run({
      client: localClient(dispatch, services.onEvent),
      services,
      io,
      json: globals.json ?? false,
      width: widthOf(io.stdout),
      note: (text) => {
        io.stderr.write(`${text}\n`); // its answer is no exit code: a command may end with a note
      },
      print: (text) => {
        showProgress?.clear();
        io.stdout.write(text);
      },
      printJson: (value) => {
        showProgress?.clear();
        io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      },
    });
    return code ?? 0;
  } finally {
    io.signal.removeEventListener('abort', cancel);
    stopProgress?.();
    showProgress?.clear();
    await services.close();
  }
}

export function globalsOf(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}

function sourceOf(globals: GlobalOptions, demoIfNone: boolean): SourceOptions {
  if (globals.demo) return { kind: 'demo' };
  if (globals.archive !== undefined) return { kind: 'archive', path: globals.archive };
  if (globals.from !== undefined) return { kind: 'file', path: globals.from };
  return {
    kind: 'engine',
    demoIfNone,
    ...(globals.host === undefined ? {} : { host: globals.host }),
    ...(globals.context === undefined ? {} : { context: globals.context }),
    ...(globals.dataRoot === undefined ? {} : { dataRoot: globals.dataRoot }),
  };
}
