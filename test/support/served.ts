/** Browser mode as a user starts it: the built CLI serves a store, the page gets the address it prints. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildIfOld, ROOT } from './build-if-old.ts';

export interface Served {
  /** With the token in its fragment. */
  readonly url: string;
  stop(): Promise<void>;
}

/** `args` as after `strata serve`; `['--demo']` serves the embedded store. Builds first when the build is old. */
export async function served(args: readonly string[]): Promise<Served> {
  await buildIfOld();
  const home = mkdtempSync(join(tmpdir(), 'strata-served-'));
  const server = spawn(process.execPath, [join(ROOT, 'out/main/cli.js'), 'serve', ...args, '--port', '0'], {
    env: { ...process.env, STRATA_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const ended = once(server, 'exit');
  const url = await Promise.race([
    (async () => {
      for await (const line of createInterface({ input: server.stdout })) {
        const found = /http:\/\/\S+#t=\S+/.exec(line)?.[0];
        if (found !== undefined) return found;
      }
      throw new Error(`serve printed no address:\n${said}`);
    })(),
    ended.then(() => {
      throw new Error(`serve ended at once:\n${said}`);
    }),
  ]);
  return {
    url,
    async stop() {
      server.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
