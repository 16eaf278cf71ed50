/** A scan in a file: what `scan -o` writes and `--from` reads. Read back it is hostile input, and read-only. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import * as v from 'valibot';
import { maskLabels, maskSecrets } from '../analysis/secrets/find-secrets.ts';
import { StrataError } from '../contract/errors.ts';
import type { ScanDocument } from '../contract/scan-document.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { writeWhole, type Owner } from '../support/write-whole.ts';
import { snapshotSchema } from './snapshot-schema.ts';

/** A store of 20,000 layers is some 30 MB. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** `document` is for scripts; reading back uses `snapshot` alone, so that the two can't disagree. */
const savedScan = v.object({ strata: v.literal('scan'), schema: v.literal(1), snapshot: snapshotSchema });

/** The snapshot of a saved scan, its access marked `file`. */
export async function readSavedScan(path: string): Promise<StoreSnapshot> {
  const json = await readBounded(path);
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (cause) {
    throw notAScan(path, 'it is not JSON', cause);
  }
  const result = v.safeParse(savedScan, content);
  if (!result.success) {
    const issue = result.issues[0];
    throw notAScan(path, `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
  }
  return { ...result.output.snapshot, access: 'file' };
}

/**
 * Written for the owner alone (0600), whole or not at all. Under sudo it belongs to who called sudo, so that they can
 * open it.
 */
export async function writeSavedScan(
  path: string,
  scan: { readonly document: ScanDocument; readonly snapshot: StoreSnapshot },
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { document, snapshot } = scan;
  const content = { strata: 'scan', schema: 1, document, snapshot: masked(snapshot) };
  try {
    await writeWhole(path, JSON.stringify(content), sudoCaller(env));
  } catch (cause) {
    const message = `Cannot write ${path}: ${messageOf(cause)}. Name another place, or make room there.`;
    throw new StrataError('failed', message, { cause });
  }
}

/** A file is made to be given away: what looks like a credential stays here. */
function masked(snapshot: StoreSnapshot): StoreSnapshot {
  return {
    ...snapshot,
    images: snapshot.images.map((image) => ({
      ...image,
      labels: maskLabels(image.labels),
      history: image.history.map((step) => ({ ...step, createdBy: maskSecrets(step.createdBy) })),
    })),
    containers: snapshot.containers.map((one) => ({ ...one, labels: maskLabels(one.labels) })),
    volumes: snapshot.volumes.map((one) => ({ ...one, labels: maskLabels(one.labels) })),
  };
}

/** Who ran us through sudo: what we write for them is to be theirs. Null for everybody else. */
export function sudoCaller(env: NodeJS.ProcessEnv): Owner | null {
  const uid = Number(env['SUDO_UID'] ?? NaN);
  const gid = Number(env['SUDO_GID'] ?? NaN);
  if (process.getuid?.() !== 0 || !Number.isInteger(uid) || !Number.isInteger(gid)) return null;
  return { uid, gid };
}

/** Opened without waiting for the other end of a pipe; only a regular file of a sane size is read. */
async function readBounded(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    if (!stats.isFile()) throw notAScan(path, 'it is not a regular file');
    if (stats.size > MAX_FILE_BYTES) throw notAScan(path, `it is larger than ${MAX_FILE_BYTES} bytes`);
    return await file.readFile('utf8');
  } catch (cause) {
    if (cause instanceof StrataError) throw cause;
    throw new StrataError('failed', `Cannot read the saved scan ${path}: ${messageOf(cause)}`, { cause });
  } finally {
    await file?.close();
  }
}

function notAScan(path: string, why: string, cause?: unknown): StrataError {
  const message = `${path} is not a scan that this version of Strata can open: ${why}. Make one with: strata scan -o FILE`;
  return new StrataError('failed', message, { cause });
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
