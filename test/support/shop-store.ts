/** A small store with something inside: waste, a planted credential, a container that wrote. Offline. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, copyFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestEngine } from './engine.ts';

/** Made for this store; no service knows it. */
export const PLANTED_TOKEN = ['npm', 'a8Kq2LxVt93ZpRw7YbNc5MdJ4Fs6GhUeT1Xo'].join('_');
export const CACHE_BYTES = 3 << 20;

/**
 * `shop/base:1`, on it `shop/api:1` (a cache that a later step deletes, a token that a later step hides) and
 * `shop/web:1`; the stopped container `shop-api` of the first changed, added and deleted files.
 */
export function makeShop(engine: TestEngine): void {
  const work = mkdtempSync(join(tmpdir(), 'strata-shop-'));
  try {
    importBase(engine, join(work, 'root'));
    const build = (tag: string, files: Readonly<Record<string, string | Uint8Array>>): void => {
      const context = join(work, tag.replace(/\W/g, '-'));
      for (const [name, content] of Object.entries(files)) write(join(context, name), content);
      engine.docker(['build', '-q', '--network=none', '-t', tag, context]);
    };
    build('shop/api:1', {
      Dockerfile: [
        'FROM shop/base:1',
        'COPY cache.bin /var/cache/pkg/cache.bin',
        'COPY npmrc /root/.npmrc',
        'RUN rm -rf /var/cache/pkg && rm /root/.npmrc',
        'RUN chmod 4755 /opt/tool',
      ].join('\n'),
      'cache.bin': new Uint8Array(CACHE_BYTES).map((_, at) => (at * 31) % 251),
      npmrc: `//registry.example.com/:_authToken=${PLANTED_TOKEN}\n`,
    });
    build('shop/web:1', {
      Dockerfile: 'FROM shop/base:1\nCOPY page.html /srv/page.html\nRUN echo port=81 > /etc/app.conf\n',
      'page.html': '<h1>shop</h1>\n',
    });
    const script = [
      'echo name=shop > /etc/app.conf; echo port=8080 >> /etc/app.conf',
      'rm /opt/tool',
      'head -c 50000 /bin/busybox > /srv/upload.bin',
      'echo kept > /data/kept; echo started',
    ].join('; ');
    const options = ['--name', 'shop-api', '--network', 'none', '-v', 'shop-data:/data'];
    engine.docker(['run', ...options, 'shop/api:1', '/bin/sh', '-c', script]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function importBase(engine: TestEngine, root: string): void {
  write(join(root, 'etc/app.conf'), 'name=shop\nport=80\n');
  write(join(root, 'opt/tool'), 'tool\n');
  for (const folder of ['bin', 'srv', 'root', 'tmp', 'data'])
    mkdirSync(join(root, folder), { recursive: true });
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const name of ['sh', 'rm', 'chmod', 'head', 'echo']) symlinkSync('busybox', join(root, 'bin', name));
  const tar = spawnSync('tar', ['-C', root, '--owner=0', '--group=0', '-cf', '-', '.'], {
    maxBuffer: 1 << 26,
  });
  engine.docker(['import', '-', 'shop/base:1'], { input: tar.stdout });
}

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
