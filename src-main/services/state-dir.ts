/** Where Strata keeps what it remembers: layer sizes, past scans, receipts. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The `--state-dir`, else STRATA_HOME, else `$XDG_STATE_HOME/strata`. */
export function stateDirOf(given: string | undefined, env: NodeJS.ProcessEnv): string {
  if (given !== undefined) return given;
  if (env['STRATA_HOME']) return env['STRATA_HOME'];
  const state = env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'state');
  return join(state, 'strata');
}
