/** `npm run -s strata -- COMMAND …`: the built CLI, in this process; stdout is the CLI's alone. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfOld, ROOT } from './build-if-old.ts';

try {
  await buildIfOld();
} catch (thrown) {
  process.stderr.write(`strata: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exit(1);
}
const cli = join(ROOT, 'out/main/cli.js');
process.argv[1] = cli;
await import(pathToFileURL(cli).href);
