/** An image as a file before it goes: saved, read back, every layer's digest compared. Only then may it be deleted. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StrataError } from '../contract/errors.ts';
import { parseImageId, shortId } from '../model/ids.ts';
import type { Image } from '../model/store.ts';
import { ImageArchive } from '../sources/archive/open-archive.ts';
import type { EngineActions } from '../sources/engine/index.ts';

export interface Backup {
  readonly imageId: string;
  readonly path: string;
  readonly bytes: number;
}

/** Saves by tags, so that a load gives them back; by id without. Throws, and leaves no file, when the check fails. */
export async function backUp(
  image: Pick<Image, 'id' | 'tags'>,
  folder: string,
  { actions, signal }: { readonly actions: EngineActions; readonly signal: AbortSignal },
): Promise<Backup> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = backupPath(folder, image.id);
  const draft = `${path}.part`;
  try {
    const tar = await actions.saveImage(image.tags.length > 0 ? image.tags : [image.id], signal);
    await pipeline(tar, createWriteStream(draft, { mode: 0o600 }), { signal });
    await sync(draft);
    await check(draft, image.id);
    await rename(draft, path);
  } catch (thrown) {
    await rm(draft, { force: true });
    throw new StrataError(
      'failed',
      `The backup of ${image.tags[0] ?? shortId(image.id)} failed, so it was not deleted: ${StrataError.from(thrown).message}`,
      { cause: thrown },
    );
  }
  const file = await open(path);
  try {
    return { imageId: image.id, path, bytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

/** Loads it back; the engine's words. Throws `not-found` when there is no such backup. */
export async function restore(folder: string, imageId: string, actions: EngineActions): Promise<string> {
  const path = backupPath(folder, imageId);
  await check(path, imageId);
  return (await actions.loadImage(createReadStream(path))).join('\n');
}

function backupPath(folder: string, imageId: string): string {
  const id = parseImageId(imageId);
  if (id === undefined) throw new StrataError('bad-request', `${imageId} is no image id`);
  return join(folder, `${id.slice('sha256:'.length)}.tar`);
}

async function check(path: string, imageId: string): Promise<void> {
  const archive = await ImageArchive.open(path);
  try {
    const image = archive.images.find((one) => one.id === imageId);
    if (image === undefined) throw new StrataError('failed', 'the image is not in the file');
    for (const layer of image.layers) {
      const wrong = await archive.verify(layer);
      if (wrong.length > 0) throw new StrataError('failed', wrong.join('; '));
    }
  } finally {
    await archive.close();
  }
}

/** On the disk, not only in memory, before the original goes. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
