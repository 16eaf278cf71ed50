/** The arrows of the architecture hold because going against them does not build: these tests try. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PURE_CONFIG = join(ROOT, 'src-main/tsconfig.pure.json');

// Only the arrows, without types: the probes are files that do not exist.
const eslint = new ESLint({
  cwd: ROOT,
  overrideConfigFile: join(ROOT, '.config/eslint.config.js'),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => ruleId === 'strata/arrows',
});

/** What the lint says to a file at `path` that imports `specifier`. */
async function lint(path: string, specifier: string): Promise<string[]> {
  const code = `import * as probe from '${specifier}';\nexport default probe;\n`;
  const text = path.endsWith('.svelte') ? `<script lang="ts">\n${code}</script>\n` : code;
  const results = await eslint.lintText(text, { filePath: join(ROOT, path) });
  return results.flatMap((result) => result.messages.map((message) => message.message));
}

describe('an import against the arrows is refused', () => {
  it.each([
    ['src-main/model/probe.ts', '../contract/api.ts'],
    ['src-main/model/probe.ts', 'node:fs'],
    ['src-main/contract/probe.ts', '../services/index.ts'],
    ['src-main/contract/probe.ts', 'node:crypto'],
    ['src-main/analysis/probe.ts', '../sources/disk/index.ts'],
    ['src-main/analysis/probe.ts', 'node:path'],
    ['src-main/support/probe.ts', '../sources/disk/index.ts'],
    ['src-main/sources/probe.ts', '../analysis/graph.ts'],
    ['src-main/sources/disk/probe.ts', '../../services/index.ts'],
    ['src-main/sources/disk/probe.ts', 'dockerode'],
    ['src-main/sources/engine/probe.ts', 'dockerode'],
    ['src-main/history/probe.ts', '../services/index.ts'],
    ['src-main/history/probe.ts', 'better-sqlite3'],
    ['src-main/actions/probe.ts', '../services/index.ts'],
    ['src-main/actions/plan.ts', 'node:fs'],
    ['src-main/services/probe.ts', '../transports/http.ts'],
    ['src-main/services/probe.ts', '../cli/main.ts'],
    ['src-main/services/probe.ts', 'electron'],
    ['src-main/transports/probe.ts', '../sources/disk/index.ts'],
    ['src-main/transports/probe.ts', '../services/index.ts'],
    ['src-main/transports/probe.ts', 'electron'],
    ['src-main/cli/probe.ts', '../app/main.ts'],
    ['src-main/cli/probe.ts', '../sources/disk/index.ts'],
    ['src-main/cli/probe.ts', 'electron'],
    ['src-main/app/probe.ts', '../sources/disk/index.ts'],
    ['src-main/app/probe.ts', '../cli/main.ts'],
    ['src-main/app/probe.ts', 'better-sqlite3'],
    ['src-renderer/state/probe.ts', '../../src-main/services/index.ts'],
    ['src-renderer/state/probe.ts', '../../src-main/support/bytes.ts'],
    ['src-renderer/state/probe.ts', 'electron'],
    ['src-renderer/state/probe.ts', 'node:fs'],
    ['src-renderer/views/Probe.svelte', '../../src-main/analysis/graph.ts'],
    ['src-main/a-new-folder/probe.ts', '../model/ids.ts'],
  ])('%s → %s', async (path, specifier) => {
    expect(await lint(path, specifier)).toHaveLength(1);
  });
});

describe('an import along the arrows is allowed', () => {
  it.each([
    ['src-main/analysis/probe.ts', '../model/ids.ts'],
    ['src-main/sources/engine/connect.ts', 'dockerode'],
    ['src-main/history/sqlite.ts', 'better-sqlite3'],
    ['src-main/services/probe.ts', '../sources/disk/index.ts'],
    ['src-main/transports/probe.ts', '../contract/api.ts'],
    ['src-main/app/probe.ts', 'electron'],
    ['src-renderer/views/Probe.svelte', '../../src-main/contract/api.ts'],
    ['src-renderer/views/Probe.svelte', '../../src-main/model/ids.ts'],
  ])('%s → %s', async (path, specifier) => {
    expect(await lint(path, specifier)).toEqual([]);
  });

  it('for every folder of src-main: each one is named', async () => {
    const { MAY_IMPORT } = (await import(join(ROOT, '.config/zones.js'))) as { MAY_IMPORT: object };
    const folders = readdirSync(join(ROOT, 'src-main'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(Object.keys(MAY_IMPORT)).toEqual(
      expect.arrayContaining(folders.map((folder) => `src-main/${folder.name}`)),
    );
  });
});

/** What the pure config says to one extra file with this text, beside the real ones. */
function compilePure(path: string, text: string): string[] {
  const { config } = ts.readConfigFile(PURE_CONFIG, (file) => readFileSync(file, 'utf8'));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(ROOT, 'src-main'));
  const probe = join(ROOT, path);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => file === probe || fileExists(file);
  host.readFile = (file) => (file === probe ? text : readFile(file));
  host.getSourceFile = (file, language, ...rest) =>
    file === probe ? ts.createSourceFile(file, text, language) : getSourceFile(file, language, ...rest);
  const program = ts.createProgram([probe], options, host);
  return ts
    .getPreEmitDiagnostics(program, program.getSourceFile(probe))
    .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

describe('the pure folders have neither Node nor a page', () => {
  it.each([
    [
      'a Node module',
      "import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x', 'utf8');",
    ],
    ['process', 'export const home = process.env;'],
    ['Buffer', "export const bytes = Buffer.from('x');"],
    ['the console', "console.log('x');\nexport {};"],
    ['the document', 'export const page = document.title;'],
    ['timers', 'setTimeout(() => undefined, 1);\nexport {};'],
    ['the network', "export const answer = fetch('https://example.org/');"],
  ])('%s does not compile in analysis', (_what, text) => {
    expect(compilePure('src-main/analysis/probe.ts', text)).not.toEqual([]);
  });

  it('what needs neither compiles', () => {
    const text = 'export const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);';
    expect(compilePure('src-main/analysis/probe.ts', text)).toEqual([]);
  });

  it('all of model, contract and analysis is covered', () => {
    const { config } = ts.readConfigFile(PURE_CONFIG, (file) => readFileSync(file, 'utf8')) as {
      config: { include: string[] };
    };
    expect(config.include).toEqual(expect.arrayContaining(['model', 'contract', 'analysis']));
  });
});
