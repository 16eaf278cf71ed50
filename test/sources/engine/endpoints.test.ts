import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveEndpoints } from '../../../src-main/sources/engine/index.ts';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'strata-home-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const endpoints = (options: { host?: string; context?: string; env?: NodeJS.ProcessEnv }): string[] =>
  resolveEndpoints({ env: {}, ...options, home }).map((candidate) => candidate.endpoint);

function writeContext(name: string, docker: object): string {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = join(home, '.docker/contexts/meta', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'meta.json'),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } }),
  );
  return id;
}

function writeConfig(text: string): void {
  mkdirSync(join(home, '.docker'), { recursive: true });
  writeFileSync(join(home, '.docker/config.json'), text);
}

describe('the engine that is meant, in the order of the docker CLI', () => {
  beforeEach(() => {
    writeContext('work', { Host: 'unix:///work.sock' });
    writeContext('home', { Host: 'unix:///home.sock' });
    writeConfig(JSON.stringify({ auths: {}, currentContext: 'work' }));
  });

  test('--host comes before everything', () => {
    const env = { DOCKER_HOST: 'unix:///env.sock', DOCKER_CONTEXT: 'home' };
    expect(endpoints({ host: 'unix:///flag.sock', env })).toEqual(['unix:///flag.sock']);
  });

  test('--context comes before DOCKER_HOST', () => {
    expect(endpoints({ context: 'home', env: { DOCKER_HOST: 'unix:///env.sock' } })).toEqual([
      'unix:///home.sock',
    ]);
  });

  test('--host and --context together are refused', () => {
    expect(() => endpoints({ host: 'unix:///flag.sock', context: 'home' })).toThrow(/only one/);
  });

  test('DOCKER_HOST comes before DOCKER_CONTEXT', () => {
    const env = { DOCKER_HOST: 'unix:///env.sock', DOCKER_CONTEXT: 'home' };
    expect(endpoints({ env })).toEqual(['unix:///env.sock']);
  });

  test('DOCKER_CONTEXT comes before the current context', () => {
    expect(endpoints({ env: { DOCKER_CONTEXT: 'home' } })).toEqual(['unix:///home.sock']);
  });

  test('the current context comes before the default socket', () => {
    expect(endpoints({})).toEqual(['unix:///work.sock']);
  });

  test('the context "default" is DOCKER_HOST, else the usual sockets', () => {
    expect(endpoints({ context: 'default', env: { DOCKER_HOST: 'unix:///env.sock' } })).toEqual([
      'unix:///env.sock',
    ]);
    expect(endpoints({ context: 'default' })[0]).toBe('unix:///var/run/docker.sock');
  });
});

test('without any word about an engine the known sockets are candidates, the default one first', () => {
  const found = endpoints({ env: { XDG_RUNTIME_DIR: '/run/user/77' } });
  expect(found[0]).toBe('unix:///var/run/docker.sock');
  expect(found[1]).toBe('unix:///run/user/77/docker.sock');
  expect(found).toContain(`unix://${home}/.colima/default/docker.sock`);
  expect(new Set(found).size).toBe(found.length);
});

test('virtual machines with names of their own are found', () => {
  mkdirSync(join(home, '.colima/build-box'), { recursive: true });
  expect(endpoints({})).toContain(`unix://${home}/.colima/build-box/docker.sock`);
});

test('a context that does not exist is an error, no other engine is taken', () => {
  expect(() => endpoints({ context: 'gone' })).toThrow(/no Docker context "gone"/);
  expect(() => endpoints({ env: { DOCKER_CONTEXT: '../../etc' } })).toThrow(/no Docker context/);
});

test('a damaged config is an error that names the file', () => {
  writeConfig('{"currentContext": ');
  expect(() => endpoints({})).toThrow(/config\.json is damaged/);
});

test('an empty config names nothing', () => {
  writeConfig('');
  expect(endpoints({})[0]).toBe('unix:///var/run/docker.sock');
});

test('DOCKER_CONFIG moves the folder', () => {
  writeContext('work', { Host: 'unix:///work.sock' });
  const env = { DOCKER_CONFIG: join(home, '.docker'), DOCKER_CONTEXT: 'work' };
  const found = resolveEndpoints({ env, home: '/nonexistent' });
  expect(found).toEqual([{ endpoint: 'unix:///work.sock', from: 'context "work"' }]);
});

test('tcp is encrypted with DOCKER_TLS_VERIFY, and for a context that has keys', () => {
  const env = { DOCKER_HOST: 'tcp://far:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/keys' };
  expect(resolveEndpoints({ env, home })[0]?.tls).toEqual({ folder: '/keys', skipVerify: false });

  const id = writeContext('far', { Host: 'tcp://far:2376', SkipTLSVerify: false });
  expect(resolveEndpoints({ context: 'far', env: {}, home })[0]?.tls).toBeUndefined();
  mkdirSync(join(home, '.docker/contexts/tls', id, 'docker'), { recursive: true });
  expect(resolveEndpoints({ context: 'far', env: {}, home })[0]?.tls).toBeDefined();
});
