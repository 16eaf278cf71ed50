/** Images that bring the same files along, on the store of make-images.sh. Offline. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestEngine } from './engine.ts';

export const LIBRARY_BYTES = 300_000;

/**
 * `copies/one:1`, `copies/two:1` and `copies/three:1`, on three bases: lib.so in all of them, in the last one twice, and
 * in the last two a file as large as lib.so that differs in its first byte.
 */
export function makeCopies(engine: TestEngine): void {
  const library = Buffer.alloc(LIBRARY_BYTES, 'library');
  const other = Buffer.from(library).fill('x', 0, 1);
  const build = (tag: string, base: string, files: Readonly<Record<string, Uint8Array>>): void => {
    const context = mkdtempSync(join(tmpdir(), 'strata-copies-'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(context, 'files', path)), { recursive: true });
      writeFileSync(join(context, 'files', path), content);
    }
    writeFileSync(join(context, 'Dockerfile'), `FROM ${base}\nCOPY files /srv\n`);
    engine.docker(['build', '-q', '--network=none', '-t', tag, context]);
    rmSync(context, { recursive: true });
  };
  build('copies/one:1', 'strata/base:1', { 'lib.so': library });
  build('copies/two:1', 'strata/runtime:1', { 'opt/lib.so': library, 'own.bin': other });
  build('copies/three:1', 'strata/void:1', { 'a/lib.so': library, 'b/lib.so': library, 'copy.bin': other });
}
