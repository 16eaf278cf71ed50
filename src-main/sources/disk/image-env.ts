import { join } from 'node:path';
import type { ImageId } from '../../model/ids.ts';
import { readJson } from './files.ts';
import { decodeImageConfig } from './image-config.ts';

/** Env, entrypoint and command of an image, as its config has them; empty when the config is gone. Throws DamagedError. */
export function readImageEnv(dataRoot: string, id: ImageId): readonly string[] {
  const json = readJson(join(dataRoot, 'image/overlay2/imagedb/content/sha256', id.slice('sha256:'.length)));
  return json === null ? [] : decodeImageConfig(json).env;
}
