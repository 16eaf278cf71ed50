/** Is there a data root, may we read it, and is it an overlay2 store? Each "no" says what to do. */
import { realpathSync } from 'node:fs';
import { StrataError } from '../../contract/errors.ts';
import { damageOf, listFolder } from './files.ts';

/** The data root's real path. Throws StrataError `not-found`, `no-permission` or `unsupported`. */
export function locateStore(dataRoot: string): string {
  const root = step(dataRoot, () => realpathSync(dataRoot));
  const here = step(dataRoot, () => listFolder(root)?.map((entry) => entry.name) ?? []);
  if (!here.includes('image') && here.includes('containerd'))
    throw new StrataError(
      'unsupported',
      `${dataRoot} keeps its images in containerd's store, which is not read yet: only the overlay2 store is. ` +
        'Use the engine without disk access to see what it reports.',
    );
  for (const parts of [
    ['image', 'overlay2'],
    ['image', 'overlay2', 'imagedb'],
    ['image', 'overlay2', 'layerdb'],
    ['overlay2'],
  ]) {
    const where = `${dataRoot}/${parts.join('/')}`;
    if (step(where, () => listFolder(root, ...parts)) === null)
      throw new StrataError(
        'unsupported',
        `${where} is missing, so this is no complete overlay2 store. ` +
          'Point Strata at the "Docker Root Dir" that `docker info` names, of an engine with the overlay2 driver.',
      );
  }
  return root;
}

function step<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw refusal(where, thrown);
  }
}

function refusal(where: string, thrown: unknown): StrataError {
  const { code, message } = damageOf(thrown);
  const cause = { cause: thrown };
  if (code === 'ENOENT')
    return new StrataError('not-found', `${where} does not exist. Check the path of the data root.`, cause);
  if (code === 'EACCES' || code === 'EPERM')
    return new StrataError(
      'no-permission',
      `${where} cannot be read: it belongs to root. Run Strata with sudo, or let it read through the engine.`,
      cause,
    );
  return new StrataError('unsupported', `${where} ${message}. Check the path of the data root.`, cause);
}
