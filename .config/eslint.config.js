import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';
import { arrows } from './zones.js';

const SOURCES = ['src-main/**/*.ts', 'src-renderer/**/*.ts', 'src-renderer/**/*.svelte'];

export default tseslint.config(
  { ignores: ['out/', 'node_modules/', 'test-results/', 'playwright-report/', 'resources/', '.cache/'] },
  ...tseslint.configs.strict,
  ...svelte.configs.recommended,
  {
    // Some of our files disable rules that only some configs switch on.
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      'no-empty': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // With noUncheckedIndexedAccess every read of a column is `| undefined`; parsers check bounds once, before.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // Types are asked only for what types alone can find: a promise nobody waits for, a case nobody handles.
    files: ['src-main/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: SOURCES,
    plugins: { strata: { rules: { arrows } } },
    rules: {
      'strata/arrows': 'error',
      'max-lines': ['error', { max: 250 }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/no-target-blank': 'error',
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all', excludedRunes: ['$props', '$derived'] }],
      // Our state is replaced whole ($state.raw), never edited in place.
      'svelte/prefer-svelte-reactivity': 'off',
      // svelte-check is the judge of the compiler's warnings, and of which are ignored.
      'svelte/no-unused-svelte-ignore': 'off',
      // Made for SvelteKit's router; ours is the hash.
      'svelte/no-navigation-without-resolve': 'off',
      // The content policy refuses a written style="…"; style:x={} and dynamic ones go through the DOM and are fine.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAttribute[key.name="style"] > SvelteLiteral',
          message: 'The content policy refuses static style="…": use a class or style:property={…}.',
        },
      ],
    },
  },
);
