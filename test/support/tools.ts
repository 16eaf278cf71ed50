/** What the tests need from the system, and how Debian and Ubuntu get it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Tool = 'root' | 'engine' | 'browser';

const onPath = (name: string): boolean =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'].some((folder) =>
    existsSync(join(folder, name)),
  );

const isRoot = process.getuid?.() === 0;
const PACKAGES = [
  { name: 'docker.io', there: () => onPath('dockerd') && onPath('docker') },
  {
    name: 'chromium',
    there: () => onPath('chromium') || onPath('google-chrome') || onPath('chromium-browser'),
  },
  { name: 'busybox-static', there: () => onPath('busybox') },
];

/** Which of the needed things are not here. */
export function missingTools(): readonly Tool[] {
  const missing: Tool[] = [];
  if (!isRoot) missing.push('root');
  if (!onPath('dockerd') || !onPath('docker')) missing.push('engine');
  if (PACKAGES.some((entry) => entry.name === 'chromium' && !entry.there())) missing.push('browser');
  return missing;
}

/** Installs what is missing with apt, as root on Debian and Ubuntu; elsewhere the stages say what they lack. */
export function installMissing(): void {
  const wanted = PACKAGES.filter((entry) => !entry.there()).map((entry) => entry.name);
  if (wanted.length === 0 || !isRoot || !isDebianLike()) return;
  console.log(`\n=== set-up: apt-get install ${wanted.join(' ')}`);
  apt(['update', '-qq']);
  for (const name of wanted) apt(['install', '-y', '-qq', '--no-install-recommends', name]);
}

function apt(args: readonly string[]): void {
  const done = spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 600_000,
  });
  if (done.status !== 0) console.log(`  apt-get ${args.join(' ')} did not succeed`);
}

function isDebianLike(): boolean {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}
