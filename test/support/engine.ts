/**
 * A private Docker Engine for tests: own data root, socket, containerd; no network. Needs root and the packages
 * docker.io and busybox-static. Every engine ends with the process that started it, whatever happens.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DOCKERD = ['/usr/sbin/dockerd', '/usr/bin/dockerd'].find((path) => existsSync(path));
/** The client that came with the engine: a newer one in /usr/local has no builder inside. */
const DOCKER = existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker';
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface TestEngine {
  /** `unix://…`, as in DOCKER_HOST. */
  readonly host: string;
  readonly socket: string;
  readonly dataRoot: string;
  /** Of dockerd; null while it is stopped. */
  readonly pid: number | null;
  /** Runs the docker client on this engine; its stdout, trimmed. Throws with its stderr when it fails. */
  docker(args: readonly string[], options?: { readonly input?: string | Uint8Array }): string;
  /** Starts the docker client on this engine without waiting for it; `buildKit` for its builds. */
  begin(args: readonly string[], options?: { readonly buildKit?: boolean }): ChildProcess;
  /** TERM: containers are stopped, everything is written down. */
  stop(): void;
  /** A crash. Its containerd, shims, containers and mounts are cleared too; the data root stays as it was. */
  kill9(): void;
  /** Starts it again on the same data root; stops it first when it runs. */
  restart(): void;
  /** Ends it and deletes its data root. */
  remove(): void;
}

/** Why there can be no engine here, or null. */
function missing(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it needs root';
  if (!DOCKERD) return 'it needs dockerd (apt-get install docker.io)';
  return existsSync('/bin/busybox') ? null : 'it needs /bin/busybox (apt-get install busybox-static)';
}

/** Whether engine tests can run here. In CI a missing engine is an error; elsewhere the skip is said aloud. */
export function haveEngine(): boolean {
  const why = missing();
  if (why === null) return true;
  if (process.env.CI) throw new Error(`engine tests must run in CI, but ${why}`);
  console.warn(`SKIPPED: no test with a real engine runs, ${why}`);
  return false;
}

/** Starts an engine below a new folder of the temporary directory; `args` go to dockerd. Answers when it answers. */
export function startEngine(options: { readonly args?: readonly string[] } = {}): TestEngine {
  const dir = mkdtempSync(join(tmpdir(), 'strata-engine-'));
  const env = { ...process.env, DOCKERD, DOCKER, DOCKER_CONFIG: join(dir, 'client') };
  const up = (): string => run(script('engine-up.sh'), [dir, ...(options.args ?? [])], env);
  const down = (how: 'stop' | 'kill' | 'remove'): string => run(script('engine-down.sh'), [dir, how], env);
  const removeAtExit = (): void => void down('remove');
  process.on('exit', removeAtExit);
  up();
  const host = `unix://${dir}/docker.sock`;
  return {
    host,
    socket: join(dir, 'docker.sock'),
    dataRoot: join(dir, 'data'),
    get pid() {
      const file = join(dir, 'docker.pid');
      return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
    },
    docker: (args, { input } = {}) => run(DOCKER, ['-H', host, ...args], env, input),
    begin: (args, { buildKit = false } = {}) =>
      spawn(DOCKER, ['-H', host, ...args], {
        env: { ...env, DOCKER_BUILDKIT: buildKit ? '1' : '0' },
        stdio: 'ignore',
      }),
    stop: () => void down('stop'),
    kill9: () => void down('kill'),
    restart: () => {
      down('stop');
      up();
    },
    remove: () => {
      process.off('exit', removeAtExit);
      down('remove');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Fills it with the store that make-images.sh describes; `imagesOnly` leaves out containers, volumes, build cache. */
export function makeImages(
  engine: TestEngine,
  options: { readonly mb?: number; readonly imagesOnly?: boolean } = {},
): void {
  const args = ['-s', String(options.mb ?? 4), ...(options.imagesOnly ? ['-e'] : [])];
  run(script('make-images.sh'), args, { ...process.env, DOCKER, DOCKER_HOST: engine.host });
}

function run(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  input?: string | Uint8Array,
): string {
  const done = spawnSync(file, args, {
    env,
    encoding: 'utf8',
    timeout: 240_000,
    maxBuffer: 1 << 28,
    ...(input === undefined ? {} : { input }),
  });
  if (done.error) throw done.error;
  if (done.status !== 0) {
    throw new Error(
      `${file} ${args.join(' ')} ended with ${done.status ?? done.signal}: ${done.stderr.trim()}`,
    );
  }
  return done.stdout.trim();
}
