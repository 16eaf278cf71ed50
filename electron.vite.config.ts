import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { plainIcons, shortCssHash } from './.config/page-plugins.ts';

/** Built name → source. Workers are entries of their own: a thread starts from a file (`support/worker-url.ts`). */
const MAIN_ENTRIES: Record<string, string> = {
  app: 'src-main/app/main.ts',
  cli: 'src-main/cli/bin.ts',
  'scan-worker': 'src-main/sources/scan/scan-worker.ts',
  'list-worker': 'src-main/sources/tree/list-worker.ts',
  'history-worker': 'src-main/history/history-worker.ts',
};

const at = (path: string): string => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      target: 'node22',
      sourcemap: true,
      rollupOptions: {
        input: Object.fromEntries(
          Object.entries(MAIN_ENTRIES)
            .map(([name, path]) => [name, at(path)])
            .filter(([, path]) => existsSync(path as string)),
        ),
        // Everything side by side: `import.meta.url` of a shared chunk and of an entry name the same folder.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      rollupOptions: {
        input: { index: at('src-main/app/preload.ts') },
        // A sandboxed preload must be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    plugins: [
      plainIcons(at('src-renderer/components/Icon.svelte')),
      svelte({ configFile: false, compilerOptions: { cssHash: shortCssHash() } }),
    ],
    build: {
      outDir: at('out/renderer'),
      minify: true,
      // Inlined assets would be `data:` URLs, which the content policy refuses for fonts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: at('src-renderer/index.html') },
    },
  },
});
