/** Where Docker's sockets stand on the platforms people use, in the order to try them when nothing names an engine. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** `unix://` or `npipe://` endpoints; none is checked here, trying one tells. */
export function knownSockets(env: NodeJS.ProcessEnv, home: string): string[] {
  if (process.platform === 'win32') {
    return ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/dockerDesktopLinuxEngine'];
  }
  const runtime = [env.XDG_RUNTIME_DIR, process.getuid ? `/run/user/${process.getuid()}` : undefined].filter(
    (dir) => dir !== undefined && dir !== '',
  ) as string[];
  const paths = [
    '/var/run/docker.sock',
    ...runtime.map((dir) => join(dir, 'docker.sock')),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    join(home, '.orbstack/run/docker.sock'),
    ...profiles(join(home, '.colima')).map((dir) => join(dir, 'docker.sock')),
    join(home, '.rd/docker.sock'),
    ...profiles(join(home, '.lima')).map((dir) => join(dir, 'sock/docker.sock')),
    ...runtime.map((dir) => join(dir, 'podman/podman.sock')),
    join(home, '.local/share/containers/podman/machine/podman.sock'),
  ];
  return [...new Set(paths)].map((path) => `unix://${path}`);
}

/** The virtual machines of one tool: `default` and `docker` first, then what else it keeps there. */
function profiles(folder: string): string[] {
  const usual = ['default', 'docker'];
  let found: string[] = [];
  try {
    found = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_') && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  } catch {
    // The tool isn't installed, or its folder isn't ours: its usual sockets are tried, and trying says why not.
  }
  return [...new Set([...usual, ...found])].map((name) => join(folder, name));
}
