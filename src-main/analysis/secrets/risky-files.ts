/** Files whose mode is a risk, beside the credentials: setuid programs and system paths that everybody may write. */
import { ENTRY_KIND } from '../../model/tree.ts';
import { copyEntry, nodePath, type Stack } from '../inside/stack.ts';

export interface RiskyFile {
  readonly path: string;
  readonly mode: number;
  readonly layer: number;
}

const SYSTEM_PATH = /^\/(?:bin|boot|etc|lib|lib32|lib64|opt|root|sbin|usr)(?:\/|$)/;
const SETUID_SETGID = 0o6000;
const STICKY = 0o1000;
const OTHERS_WRITE = 0o002;

/** Of what is visible in the whole image. */
export function riskyFiles(stack: Stack, kind: 'setuid' | 'worldWritable'): RiskyFile[] {
  const found: RiskyFile[] = [];
  for (let node = 1; node < stack.names.length; node += 1) {
    const copy = stack.current[node]!;
    if (!stack.visible[node] || copy < 0) continue;
    const { tree, entry, layer } = copyEntry(stack, copy);
    const mode = tree.modes[entry]!;
    const entryKind = tree.kinds[entry];
    const isFile = entryKind === ENTRY_KIND.file;
    const risky =
      kind === 'setuid'
        ? isFile && (mode & SETUID_SETGID) !== 0
        : (isFile || (entryKind === ENTRY_KIND.folder && (mode & STICKY) === 0)) &&
          (mode & OTHERS_WRITE) !== 0;
    if (!risky) continue;
    const path = nodePath(stack, node);
    if (kind === 'setuid' || SYSTEM_PATH.test(path)) found.push({ path, mode, layer });
  }
  return found;
}
