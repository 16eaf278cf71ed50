#!/usr/bin/env node
/** The program: the process's own streams and signals around `runCli`. */
import { keepNurserySmall } from '../support/nursery.ts';
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

/** Whoever read us has seen enough (`strata images | head`): no error. What runs goes on: it may be removing something. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const code = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  signal: aborter.signal,
});
process.stdout.write('', () => process.exit(code)); // a closed pipe calls back too, with its error
