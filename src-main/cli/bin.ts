#!/usr/bin/env node
/** The program: the process's own streams and signals around `runCli`. */
import { keepNurserySmall } from '../support/nursery.ts';
import { EXIT } from './exit.ts';
import { runCli } from './run.ts';

keepNurserySmall();

const aborter = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    aborter.abort();
    // A second one ends at once, whatever hangs.
    process.once(signal, () => process.exit(130));
  });
}

/** Why what was printed did not arrive whole, as on a full disk; a script must not take a half document for a whole one. */
let unwritten: string | null = null;

/** Whoever read us has seen enough (`strata images | head`): no error. What runs goes on: it may be removing something. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && stream === process.stdout) unwritten ??= error.message;
  });
}

const code = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  signal: aborter.signal,
});
// A closed pipe and a full disk call back too, with their error.
process.stdout.write('', () => setImmediate(end));

function end(): never {
  if (unwritten === null) process.exit(code);
  process.stderr.write(`strata: what was printed is not whole: ${unwritten}. Print to another place.\n`);
  process.exit(code === EXIT.done ? EXIT.failed : code);
}
