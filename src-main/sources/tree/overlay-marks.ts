/**
 * Opaque folders of an overlay upper directory. They are marked by an extended attribute, which Node has no call for;
 * `getfattr` (package attr) reads them where it is installed and we may see `trusted.*` (root).
 */
import { execFile } from 'node:child_process';
import { nameFromBytes } from './name-bytes.ts';

export interface OverlayMarks {
  /** Paths of opaque folders inside the layer, without leading slash; '' is the layer's root. */
  readonly opaque: ReadonlySet<string>;
  /** Why the marks are not known; null when they are. */
  readonly problem: string | null;
}

const MAX_OUTPUT = 64 << 20;
const ATTRIBUTES = '^(trusted|user)\\.overlay\\.opaque$';

export async function readOverlayMarks(folder: string): Promise<OverlayMarks> {
  const args = [
    '--recursive',
    '--physical',
    '--no-dereference',
    '--dump',
    `--match=${ATTRIBUTES}`,
    '--',
    '.',
  ];
  return new Promise((resolve) => {
    execFile(
      'getfattr',
      args,
      { cwd: folder, maxBuffer: MAX_OUTPUT, encoding: 'buffer' },
      (error, stdout) => {
        if (error !== null && (error as NodeJS.ErrnoException).code === 'ENOENT') {
          resolve({
            opaque: new Set(),
            problem:
              'folders that were deleted and made again can not be told apart: getfattr (package attr) is not installed',
          });
        } else if (error !== null && stdout.length === 0) {
          resolve({
            opaque: new Set(),
            problem: `folders that were deleted and made again can not be told apart: ${error.message.split('\n')[0] ?? ''}`,
          });
        } else resolve({ opaque: parseDump(stdout), problem: null });
      },
    );
  });
}

/** `# file: path` (bytes outside ASCII as \ooo), then `name="y"`, then an empty line. */
function parseDump(dump: Buffer): Set<string> {
  const opaque = new Set<string>();
  let path = '';
  for (const line of dump.toString('latin1').split('\n')) {
    if (line.startsWith('# file: ')) path = unescape(line.slice('# file: '.length));
    else if (/^(?:trusted|user)\.overlay\.opaque="y"/.test(line)) opaque.add(path.replace(/^\.\/?/, ''));
  }
  return opaque;
}

function unescape(escaped: string): string {
  const bytes = escaped.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return nameFromBytes(Buffer.from(bytes, 'latin1'));
}
