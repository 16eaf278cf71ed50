/** The golden stores beside the checkout: real data roots, the engine's answers about them, and the truth. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const GOLDEN_STORES = [
  'engine-20.10-graphdriver',
  'engine-26.1-graphdriver',
  'engine-28.5-graphdriver',
] as const;
type GoldenName = (typeof GOLDEN_STORES)[number];

const FIXTURES = resolve(import.meta.dirname, '../../../shared/fixtures');

/** Why golden tests cannot run here, or null when they can. Unpacking device nodes and trusted xattrs needs root. */
export const goldenMissing: string | null = !existsSync(FIXTURES)
  ? `SKIPPED: no golden stores in ${FIXTURES}`
  : process.getuid?.() !== 0
    ? 'SKIPPED: unpacking golden stores needs root'
    : null;
if (goldenMissing) console.warn(goldenMissing);

interface GoldenTruth {
  readonly images: readonly {
    id: string;
    refs: string[];
    diff_ids: string[];
    chain_ids: string[];
    parent: string | null;
  }[];
  readonly layers: readonly {
    chain_id: string;
    diff_id: string;
    cache_id: string;
    layerdb_size: number;
    parent: string | null;
  }[];
  readonly containers: readonly {
    id: string;
    name: string;
    image: string;
    running: boolean;
    paused: boolean;
    mount_id: string;
    parent_chain: string | null;
    log_bytes: number;
  }[];
  readonly volumes: readonly { name: string }[];
  readonly buildkit_snapshots: Readonly<Record<string, { dir: string; parent?: string; chainid?: string }>>;
  readonly overlay2: Readonly<Record<string, { owner: string | null; link: string | null }>>;
  readonly orphan_dirs: readonly string[];
  readonly dangling_links: readonly string[];
  readonly layerdb_removing: readonly string[];
  readonly layerdb_tmp: readonly string[];
}

interface GoldenStore {
  readonly root: string;
  readonly truth: GoldenTruth;
  /** One of the engine's answers of that moment: a file below `api/`. */
  api<T>(file: string): T;
  remove(): void;
}

/** Unpacks one into a new temporary folder. Call `remove()` afterwards. */
export function unpackGolden(name: GoldenName): GoldenStore {
  const root = mkdtempSync(join(tmpdir(), 'strata-golden-'));
  const archive = join(FIXTURES, name, 'store.tar.gz');
  const keep = ['--xattrs', '--xattrs-include=*', '--numeric-owner', '-xpzf'];
  execFileSync('tar', [...keep, archive, '-C', root], { stdio: 'pipe' });
  const json = (file: string): unknown => JSON.parse(readFileSync(join(FIXTURES, name, file), 'utf8'));
  return {
    root,
    truth: json('truth.json') as GoldenTruth,
    api: <T>(file: string) => json(`api/${file}`) as T,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
