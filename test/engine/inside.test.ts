import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  ContainerDiff,
  FolderListing,
  SecretsReport,
  TextDiff,
  WasteReport,
} from '../../src-main/contract/inside.ts';
import type { ScanImage, ScanLayer } from '../../src-main/contract/scan-document.ts';
import { ENTRY_KIND, entryPath, type LayerTree } from '../../src-main/model/tree.ts';
import { ImageArchive } from '../../src-main/sources/archive/open-archive.ts';
import { treeOfTarSplit } from '../../src-main/sources/tree/tar-split.ts';
import { readFileSync } from 'node:fs';
import { createServices } from '../../src-main/services/index.ts';
import { strata } from '../support/cli.ts';
import { haveEngine, makeImages, startEngine, type TestEngine } from '../support/engine.ts';

const available = haveEngine();
let engine: TestEngine;
let work: string;
const json = async <T>(...args: string[]): Promise<T> => {
  const { code, stdout, stderr } = await strata(['--json', ...args], { env: { DOCKER_HOST: engine.host } });
  expect(stderr, args.join(' ')).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as T;
};

/** What each container does to its image; the name is the fact under test. */
const changes: Record<string, string> = {
  'adds-a-file': 'echo new > /etc/added',
  'modifies-a-file': 'echo changed > /opt/conf/1.conf',
  'appends-to-a-file': 'echo more >> /opt/conf/2.conf',
  'changes-a-mode': 'chmod 600 /opt/conf/3.conf',
  'changes-an-owner': 'chown 1000:1000 /opt/conf/4.conf',
  'deletes-a-file': 'rm /opt/conf/3.conf',
  'deletes-a-folder': 'rm -rf /opt/old/deep',
  'replaces-a-folder-by-a-file': 'rm -rf /opt/old && echo file > /opt/old',
  'replaces-a-file-by-a-folder':
    'rm /opt/conf/1.conf && mkdir /opt/conf/1.conf && echo x > /opt/conf/1.conf/in',
  'replaces-a-folder-by-a-file-and-back':
    'rm -rf /opt/old && echo file > /opt/old && rm /opt/old && mkdir /opt/old && echo again > /opt/old/b',
  'makes-a-folder-again': 'rm -rf /opt/conf && mkdir /opt/conf && echo fresh > /opt/conf/only.conf',
  'hard-links-new-files': 'echo one > /srv/a && ln /srv/a /srv/b',
  'hard-links-a-lower-file': 'ln /opt/conf/2.conf /opt/conf/linked',
  'writes-a-sparse-file': 'truncate -s 8M /srv/sparse && echo end >> /srv/sparse',
  'renames-a-file': 'mv /opt/conf/1.conf /opt/conf/renamed',
  'uses-unicode-names': 'mkdir -p "/srv/Ünï/日本" && echo x > "/srv/Ünï/日本/файл"',
  'makes-a-fifo-and-a-link': 'mkfifo /srv/pipe && ln -s /etc/passwd /srv/link',
  'does-nothing': 'true',
};

/** A container's name may say what is done to it from outside, through its mount, while it runs. */
const changesFromOutside: Record<string, (merged: string) => void> = {
  'sets-an-extended-attribute': (merged) => setAttribute(join(merged, 'opt/conf/4.conf')),
  'sets-an-extended-attribute-and-a-mode': (merged) => {
    setAttribute(join(merged, 'opt/conf/5.conf'));
    chmodSync(join(merged, 'opt/conf/5.conf'), 0o640);
  },
  'sets-an-extended-attribute-of-a-folder': (merged) => setAttribute(join(merged, 'opt/conf')),
};

beforeAll(() => {
  if (!available) return;
  work = mkdtempSync(join(tmpdir(), 'strata-inside-'));
  engine = startEngine();
  makeImages(engine, { imagesOnly: true });
  for (const [name, script] of Object.entries(changes)) {
    engine.docker(['run', '--name', name, '--network', 'none', 'strata/base:1', '/bin/sh', '-c', script]);
  }
  for (const [name, change] of Object.entries(changesFromOutside)) {
    engine.docker([
      'run',
      '-d',
      '--name',
      name,
      '--network',
      'none',
      'strata/base:1',
      '/bin/sleep',
      '1000000',
    ]);
    change(engine.docker(['inspect', '-f', '{{.GraphDriver.Data.MergedDir}}', name]));
    engine.docker(['kill', name]);
  }
});
afterAll(() => {
  if (!available) return;
  engine.remove();
  rmSync(work, { recursive: true, force: true });
});

describe.skipIf(!available)('inside a real engine', () => {
  test.each([...Object.keys(changes), ...Object.keys(changesFromOutside)])(
    'a container that %s: our diff is docker diff, with bytes',
    async (name) => {
      const expected = engine
        .docker(['diff', name])
        .split('\n')
        .filter((line) => line !== '')
        .sort();

      const diff = await json<ContainerDiff>('diff', name);

      expect(diff.entries.map(({ change, path }) => `${change} ${path}`).sort()).toEqual(expected);
      const upper = engine.docker(['inspect', '-f', '{{.GraphDriver.Data.UpperDir}}', name]);
      const lower = engine.docker(['inspect', '-f', '{{.GraphDriver.Data.LowerDir}}', name]).split(':');
      const measured = measure(upper, lower);
      expect(diff.totals).toMatchObject(measured);
    },
  );

  test('a chmod is told from a change, with the size of what was copied', async () => {
    const mode = (await json<ContainerDiff>('diff', 'changes-a-mode')).entries.find(
      ({ path }) => path === '/opt/conf/3.conf',
    );
    expect(mode).toMatchObject({ copyUp: true, metadataOnly: true, hides: { bytes: 6 } });
    const text = (await json<ContainerDiff>('diff', 'modifies-a-file')).entries.find(
      ({ path }) => path === '/opt/conf/1.conf',
    );
    expect(text).toMatchObject({ copyUp: true, metadataOnly: false });
  });

  test('an extended attribute copies the whole file: no change to docker diff, its bytes are counted', async () => {
    const diff = await json<ContainerDiff>('diff', 'sets-an-extended-attribute');
    expect(diff.entries).toEqual([]);
    expect(diff.totals).toMatchObject({ bytes: 6, copyUpBytes: 6 });
  });

  test('an extended attribute and a mode: the same content, so metadata only', async () => {
    const { entries } = await json<ContainerDiff>('diff', 'sets-an-extended-attribute-and-a-mode');
    const file = entries.find(({ path }) => path === '/opt/conf/5.conf');
    expect(file).toMatchObject({ change: 'C', bytes: 6, copyUp: true, metadataOnly: true });
  });

  test('growth since the last look is what du says of its folder, and the sign is right', async () => {
    engine.docker([
      'run',
      '-d',
      '--name',
      'grows',
      '--network',
      'none',
      'strata/base:1',
      '/bin/sleep',
      '1000000',
    ]);
    const upper = engine.docker(['inspect', '-f', '{{.GraphDriver.Data.UpperDir}}', 'grows']);
    const onDisk = (): number =>
      Number(
        execFileSync('du', ['-sx', '--block-size=1', dirname(upper)], { encoding: 'utf8' }).split('\t')[0],
      );
    await json('scan');
    const before = onDisk();
    engine.docker(['exec', 'grows', '/bin/dd', 'if=/dev/zero', 'of=/srv/grown', 'bs=1000', 'count=300']);
    const grown = await json<ContainerDiff>('diff', 'grows');
    expect(grown).toMatchObject({ sinceLastLook: { byDiskBytes: onDisk() - before }, sinceUnknown: null });
    expect(grown.sinceLastLook!.byDiskBytes).toBeGreaterThan(300_000);
    engine.docker(['exec', 'grows', '/bin/rm', '/srv/grown']);
    const shrunk = await json<ContainerDiff>('diff', 'grows');
    expect(shrunk.sinceLastLook!.byDiskBytes).toBeLessThan(-290_000);
    engine.docker(['rm', '-f', 'grows']);
  });

  test('one file of a container against its image, line by line', async () => {
    const services = createServices({
      source: { kind: 'engine', host: engine.host },
      stateDir: join(work, 'state'),
      env: {},
      mayPrune: false,
    });
    const params = { container: 'appends-to-a-file', path: '/opt/conf/2.conf' };
    const diff: TextDiff = await services.handlers['inside.textDiff'](params, new AbortController().signal);
    await services.close();
    expect(diff.lines).toEqual([
      { mark: ' ', text: 'key=2' },
      { mark: '+', text: 'more' },
    ]);
  });

  test('the archive way and the disk way give the same trees for every layer of every image', async () => {
    const tar = join(work, 'all.tar');
    const names = ['strata/ops:1', 'strata/fat:1', 'strata/app-a:1.0'];
    engine.docker(['save', '-o', tar, ...names]);
    const archive = await ImageArchive.open(tar);
    expect(archive.images.map(({ tags }) => tags[0]).sort()).toEqual([...names].sort());
    let compared = 0;
    for (const layer of archive.images.flatMap(({ layers }) => layers)) {
      const split = join(
        engine.dataRoot,
        'image/overlay2/layerdb/sha256',
        layer.chainId.slice(7),
        'tar-split.json.gz',
      );
      expect(rows(await archive.tree(layer)), layer.chainId).toEqual(
        rows(await treeOfTarSplit(readFileSync(split))),
      );
      expect(await archive.verify(layer)).toEqual([]);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(15);
    await archive.close();

    const fromDisk = await json<FolderListing>('files', 'strata/ops:1', '/opt');
    const fromFile = await json<FolderListing>('--archive', tar, 'files', 'strata/ops:1', '/opt');
    const facts = ({ entries }: FolderListing) =>
      entries.map(({ path, change, bytes, mode, type }) => ({ path, change, bytes, mode, type }));
    expect(facts(fromFile)).toEqual(facts(fromDisk));

    const images = await json<readonly ScanImage[]>('--archive', tar, 'images');
    const stored = new Map((await json<readonly ScanImage[]>('images')).map((image) => [image.id, image]));
    for (const { id, tags, chain } of images) expect(stored.get(id)).toMatchObject({ tags, chain });
    const layers = await json<readonly ScanLayer[]>('--archive', tar, 'layers');
    const kept = new Map((await json<readonly ScanLayer[]>('layers')).map((one) => [one.chainId, one]));
    // The size in layerdb is Docker's own count of a layer's bytes.
    expect(layers.map(({ chainId, bytes }) => [chainId, bytes])).toEqual(
      layers.map(({ chainId }) => [chainId, kept.get(chainId)?.bytes]),
    );
    expect(layers.every(({ bytes }) => bytes !== null)).toBe(true);
  });

  test.each(['strata/ops:1', 'strata/fat:1', 'strata/runtime:2'])(
    'the waste of %s is what unpacking it shows',
    async (name) => {
      const waste = await json<WasteReport>('inspect', name).then(
        async () =>
          await withServices((handlers) =>
            handlers['inside.waste']({ image: name }, new AbortController().signal),
          ),
      );
      const layers = JSON.parse(engine.docker(['inspect', name])) as [{ RootFS: { Layers: string[] } }];
      const history = engine
        .docker(['history', '--no-trunc', '--human=false', '--format', '{{.Size}}', name])
        .split('\n');
      const total = history.reduce((sum, size) => sum + Number(size), 0);
      expect(waste.totalBytes).toBe(total);
      expect(waste.layers).toHaveLength(layers[0].RootFS.Layers.length);
      const container = engine.docker(['create', name, '/bin/true']);
      const tar = join(work, 'export.tar');
      engine.docker(['export', '-o', tar, container]);
      engine.docker(['rm', container]);
      expect(waste.visibleBytes).toBe(exportedBytes(tar));
    },
  );

  test('credentials in a layer, deleted later, in ENV and in a step are found; values never leave masked', async () => {
    const folder = join(work, 'secrets');
    mkdirSync(folder);
    const key = ['AKIA', 'Q3EGRIZ7WPJ5N2LT'].join('');
    const token = ['ghp', '_1aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2wX'].join('');
    writeFileSync(join(folder, 'creds'), `[default]\naws_access_key_id = ${key}\n`);
    writeFileSync(
      join(folder, 'Dockerfile'),
      `FROM strata/base:1\nCOPY creds /root/creds\nRUN rm /root/creds\nENV GITHUB_TOKEN=${token}\nRUN echo ${token} > /dev/null\n`,
    );
    execFileSync(
      '/usr/bin/docker',
      ['-H', engine.host, 'build', '-q', '--network=none', '-t', 'leaky:1', folder],
      {
        env: { ...process.env, DOCKER_BUILDKIT: '0' },
      },
    );

    const { stdout } = await strata(['--json', 'secrets', 'leaky:1'], { env: { DOCKER_HOST: engine.host } });
    const report = JSON.parse(stdout) as SecretsReport;

    expect(stdout).not.toContain(key);
    expect(stdout).not.toContain(token);
    const found = report.findings.map(({ ruleId, where, deletedLater }) => ({ ruleId, where, deletedLater }));
    expect(found).toContainEqual({ ruleId: 'aws-access-key', where: 'file', deletedLater: true });
    expect(found).toContainEqual({ ruleId: 'github-token', where: 'env', deletedLater: false });
    expect(found).toContainEqual({ ruleId: 'github-token', where: 'step', deletedLater: false });
    expect(
      (await strata(['check', '--no-secrets', 'leaky:1'], { env: { DOCKER_HOST: engine.host } })).code,
    ).toBe(3);
    expect(
      (await strata(['check', '--no-secrets', 'strata/base:1'], { env: { DOCKER_HOST: engine.host } })).code,
    ).toBe(0);
  });
});

/** setxattr(2): neither Node nor busybox has a call for it, and perl is part of every Debian. */
function setAttribute(path: string): void {
  const number = { x64: 188, arm64: 5 }[process.arch as 'x64' | 'arm64'];
  const call = `my ($path, $name, $value) = (@ARGV, "user.strata", "kept");
    syscall(${number}, $path, $name, $value, 4, 0) == 0 or die "$!"`;
  execFileSync('perl', ['-e', call, path]);
}

async function withServices<T>(
  use: (handlers: ReturnType<typeof createServices>['handlers']) => Promise<T>,
): Promise<T> {
  const services = createServices({
    source: { kind: 'engine', host: engine.host },
    stateDir: join(work, 'state'),
    env: {},
    mayPrune: false,
  });
  try {
    return await use(services.handlers);
  } finally {
    await services.close();
  }
}

/** An independent measure of an upper folder: distinct inodes, whiteouts left out, copy-ups by looking below. */
function measure(upper: string, lower: readonly string[]) {
  const seen = new Set<number>();
  let [bytes, diskBytes, copyUpBytes] = [0, 0, 0];
  const walk = (path: string): void => {
    for (const name of readdirSync(join(upper, path))) {
      const inner = join(path, name);
      const stats = lstatSync(join(upper, inner));
      if (stats.isCharacterDevice() && stats.rdev === 0) continue;
      const first = !seen.has(stats.ino);
      seen.add(stats.ino);
      if (first) diskBytes += stats.blocks * 512;
      if (stats.isDirectory()) walk(inner);
      else if (first) bytes += stats.size;
      const below = lower.map((layer) => join(layer, inner)).find((candidate) => existsSync(candidate));
      if (first && stats.isFile() && below !== undefined && lstatSync(below).isFile())
        copyUpBytes += stats.size;
    }
  };
  walk('');
  return { bytes, diskBytes, copyUpBytes };
}

function rows(tree: LayerTree) {
  return Array.from({ length: tree.length - 1 }, (_, i) => i + 1)
    .map((entry) => ({
      path: entryPath(tree, entry),
      kind: tree.kinds[entry],
      size: tree.kinds[entry] === ENTRY_KIND.folder ? 0 : tree.sizes[entry],
      mode: tree.modes[entry],
      opaque: tree.opaque.has(entry),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Bytes of an exported container's files as tar lists them; what Docker itself puts into every container is left out. */
function exportedBytes(tar: string): number {
  const ownOfDocker = /^(?:\.dockerenv|etc\/(?:hostname|hosts|resolv\.conf|mtab)|dev\/.*)$/;
  return execFileSync('tar', ['-tvf', tar, '--numeric-owner'], { maxBuffer: 64 << 20 })
    .toString()
    .split('\n')
    .reduce((sum, line) => {
      const [mode, , size, , , ...name] = line.split(/\s+/);
      const path = name.join(' ');
      if (mode === undefined || mode === '' || ownOfDocker.test(path.split(' -> ')[0] ?? '')) return sum;
      if (mode.startsWith('l')) return sum + Buffer.byteLength(path.split(' -> ')[1] ?? '');
      return mode.startsWith('-') ? sum + Number(size) : sum;
    }, 0);
}
