/** How a command's file adds itself to the program. */
import type { Command } from 'commander';
import type { CliIo } from './io.ts';
import { globalsOf, inSession, type Session } from './session.ts';

export interface Frame {
  readonly program: Command;
  readonly io: CliIo;
  /**
   * Runs a command's action with a session. Its result is the exit code (nothing: 0). `mayPrune` for commands that
   * remove something when the user has agreed.
   */
  run(
    command: Command,
    action: (session: Session) => Promise<number | void>,
    options?: { readonly mayPrune?: boolean; readonly watch?: boolean; readonly demoIfNone?: boolean },
  ): Promise<void>;
}

export type AddCommands = (frame: Frame) => void;

/** `finish` gets the exit code of the one command that ran. */
export function createFrame(program: Command, io: CliIo, finish: (code: number) => void): Frame {
  return {
    program,
    io,
    async run(command, action, { mayPrune = false, watch = false, demoIfNone = false } = {}) {
      finish(await inSession(io, { globals: globalsOf(command), mayPrune, watch, demoIfNone }, action));
    },
  };
}
