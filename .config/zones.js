/**
 * Who may import whom (architecture R2), as data and one lint rule. Every folder of `src-main` is named here: an
 * unnamed one is refused, so that a new folder gets its place in the picture before it gets imports.
 */
import { dirname, relative, resolve, sep } from 'node:path';

/** zone → the zones it may import besides itself. */
export const MAY_IMPORT = {
  'src-main/model': [],
  'src-main/contract': ['src-main/model'],
  'src-main/analysis': ['src-main/model', 'src-main/contract'],
  'src-main/support': ['src-main/model', 'src-main/contract'],
  'src-main/sources': ['src-main/model', 'src-main/contract', 'src-main/support'],
  'src-main/history': ['src-main/model', 'src-main/contract', 'src-main/support', 'src-main/sources'],
  'src-main/actions': [
    'src-main/model',
    'src-main/contract',
    'src-main/support',
    'src-main/analysis',
    'src-main/sources',
    'src-main/history',
  ],
  'src-main/services': [
    'src-main/model',
    'src-main/contract',
    'src-main/support',
    'src-main/analysis',
    'src-main/sources',
    'src-main/history',
    'src-main/actions',
  ],
  'src-main/transports': ['src-main/model', 'src-main/contract', 'src-main/support'],
  'src-main/cli': [
    'src-main/model',
    'src-main/contract',
    'src-main/support',
    'src-main/services',
    'src-main/transports',
  ],
  'src-main/app': [
    'src-main/model',
    'src-main/contract',
    'src-main/support',
    'src-main/services',
    'src-main/transports',
  ],
  'src-renderer': ['src-main/model', 'src-main/contract'],
};

/** package → the only files that may import it. */
export const OWNED_PACKAGES = [
  { name: /^electron$/, files: /^src-main\/app\//, where: 'src-main/app' },
  {
    name: /^(dockerode|docker-modem)$/,
    files: /^src-main\/sources\/engine\/connect\.ts$/,
    where: 'src-main/sources/engine/connect.ts',
  },
  {
    name: /^better-sqlite3$/,
    files: /^src-main\/history\/sqlite[^/]*\.ts$/,
    where: 'src-main/history/sqlite*.ts',
  },
  { name: /^ws$/, files: /^src-main\/transports\//, where: 'src-main/transports' },
  {
    name: /^node:/,
    files: /^src-main\/(?!(model|contract|analysis)\/|actions\/(rules|plan|planner)\.ts$)/,
    where: 'folders that do I/O, never the pure ones or src-renderer',
  },
];

const ROOT = resolve(import.meta.dirname, '..');

/** The zone of a path relative to the project, `undefined` outside `src-main` and `src-renderer`. */
export function zoneOf(path) {
  const [top, folder, ...rest] = path.split('/');
  if (top === 'src-renderer') return top;
  if (top !== 'src-main' || rest.length === 0) return undefined;
  return `${top}/${folder}`;
}

/** Why `importer` may not import `specifier`, or `null` when it may. Both paths use `/`. */
export function refusal(importer, specifier) {
  const from = zoneOf(importer);
  if (from === undefined) return null;
  if (!Object.hasOwn(MAY_IMPORT, from)) return `${from} has no place in .config/zones.js yet`;
  if (!specifier.startsWith('.')) {
    const owned = OWNED_PACKAGES.find((entry) => entry.name.test(specifier));
    return owned && !owned.files.test(importer) ? `${specifier} belongs to ${owned.where}` : null;
  }
  const target = relative(ROOT, resolve(ROOT, dirname(importer), specifier.replace(/\?.*$/, '')));
  const to = zoneOf(target.split(sep).join('/'));
  if (to === from || to === undefined) return null;
  return MAY_IMPORT[from].includes(to) ? null : `${from} may not import ${to}`;
}

export const arrows = {
  meta: { type: 'problem', schema: [], messages: { against: 'Against the arrows: {{why}}.' } },
  create(context) {
    const importer = relative(ROOT, context.filename).split(sep).join('/');
    const look = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const why = refusal(importer, node.source.value);
      if (why !== null) context.report({ node: node.source, messageId: 'against', data: { why } });
    };
    return {
      ImportDeclaration: look,
      ImportExpression: look,
      ExportNamedDeclaration: look,
      ExportAllDeclaration: look,
    };
  },
};
