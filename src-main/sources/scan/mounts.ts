import { readFileSync } from 'node:fs';

/** The mount points strictly below `root` (a real path), from the kernel's list for this process. Throws when it can't be read. */
export function mountPointsBelow(
  root: string,
  mountinfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): string[] {
  const prefix = root === '/' ? '/' : `${root}/`;
  const points = new Set<string>();
  for (const line of mountinfo.split('\n')) {
    const point = line.split(' ')[4];
    if (point === undefined) continue;
    const path = unescape(point);
    if (path.startsWith(prefix)) points.add(path);
  }
  return [...points];
}

/** proc(5): blank, tab, newline and backslash stand as `\` and three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
