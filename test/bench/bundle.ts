/** The programs the bench times, built as the product is: starting from source would time the removal of types. */
import { mkdtempSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const checkout = resolve(import.meta.dirname, '../..');

/** The folder with `scan-child.js`, `lists-child.js` and `open-image-child.js`; below the checkout, where modules are found. */
export async function bundle(): Promise<string> {
  mkdirSync(join(checkout, '.cache'), { recursive: true });
  const outDir = mkdtempSync(join(checkout, '.cache/bench-'));
  const at = (path: string): string => join(checkout, path);
  await build({
    configFile: false,
    logLevel: 'warn',
    root: checkout,
    build: {
      ssr: true,
      target: 'node22',
      outDir,
      rollupOptions: {
        input: {
          'scan-child': at('test/bench/scan-child.ts'),
          'lists-child': at('test/bench/lists-child.ts'),
          'scan-worker': at('src-main/sources/scan/scan-worker.ts'),
          'open-image-child': at('test/bench/open-image-child.ts'),
          'list-worker': at('src-main/sources/tree/list-worker.ts'),
          'history-worker': at('src-main/history/history-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  });
  return outDir;
}
