/** Arguments in, exit code out. The codes: 0 done, 1 failed, 2 wrong usage, 3 a threshold exceeded, 4 refused as stale. */
import { Command, CommanderError, Option } from 'commander';
import { StrataError } from '../contract/errors.ts';
import { STRATA_VERSION } from '../support/version.ts';
import { safeText } from '../support/safe-text.ts';
import { COMMANDS } from './commands.ts';
import { EXIT } from './exit.ts';
import { createFrame } from './frame.ts';
import type { CliIo } from './io.ts';

export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let code: number = EXIT.done;
  const program = createProgram(io);
  const frame = createFrame(program, io, (given) => (code = given));
  for (const add of COMMANDS) add(frame);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (thrown) {
    return failure(thrown, io);
  }
}

function createProgram(io: CliIo): Command {
  return new Command('strata')
    .description('Knows and reclaims what Docker keeps on a disk.')
    .version(STRATA_VERSION)
    .addOption(
      new Option('--host <url>', 'the engine, as in DOCKER_HOST').conflicts(['context', 'demo', 'from']),
    )
    .addOption(new Option('--context <name>', 'the engine of a docker context').conflicts(['demo', 'from']))
    .addOption(new Option('--data-root <dir>', 'where the store lies; default: what the engine says'))
    .addOption(new Option('--demo', 'the embedded sample store; no engine needed').conflicts('from'))
    .addOption(new Option('--from <file>', 'a saved scan, read-only'))
    .addOption(
      new Option('--archive <file>', 'a docker save tar or OCI layout, no engine needed').conflicts([
        'host',
        'context',
        'dataRoot',
        'demo',
        'from',
      ]),
    )
    .addOption(new Option('--json', 'one JSON document on stdout, messages on stderr'))
    .addOption(new Option('--state-dir <dir>', 'where Strata keeps its own data; also STRATA_HOME'))
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(strata --help lists the commands and options)')
    .exitOverride();
}

function failure(thrown: unknown, io: CliIo): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  const error = StrataError.from(thrown);
  io.stderr.write(`strata: ${oneLine(error.message)}\n`);
  if (error.code === 'bad-request') return EXIT.usage;
  return error.code === 'stale' ? EXIT.stale : EXIT.failed;
}

/** Errors carry text of engines and files: one line of it, made safe for a terminal. */
function oneLine(message: string): string {
  return safeText(message.trim().replace(/\s*\n\s*/g, ' · '));
}
