/**
 * The only calls that change an engine. None forces: what is in use stays, and the engine's own words say why. Names
 * and ids are checked here once more, so that none can become another path of the API.
 */
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import { StrataError } from '../../contract/errors.ts';
import type { Connection } from './connect.ts';
import { decode } from './read.ts';

/**
 * What the engine says it did: names untagged, and deleted ids: of images (its untagged parents too where they were
 * pruned), each followed by the ChainIDs of the layers that left with it.
 */
interface RemovedImage {
  readonly untagged: readonly string[];
  readonly deleted: readonly string[];
}

/** A signal that aborts closes the request, which then rejects with `NoAnswer`: the engine may have done it all the same. */
export interface EngineActions {
  /** A stopped container, without its volumes. A running one is refused (`busy`). */
  removeContainer(id: string, signal?: AbortSignal): Promise<void>;
  /** Removes one name. The last name takes the image along, but never its parents. */
  untag(name: string, signal?: AbortSignal): Promise<RemovedImage>;
  /** By id or name. `noprune` (the default) keeps untagged parents, which a plan must name to remove. */
  removeImage(
    ref: string,
    options?: { readonly noprune?: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<RemovedImage>;
  /** Exactly one record, by id; `busy` when the engine keeps it. Answers the freed bytes that the engine reports. */
  pruneCache(
    recordId: string,
    signal?: AbortSignal,
  ): Promise<{ readonly deleted: readonly string[]; readonly bytes: number }>;
  removeVolume(name: string, signal?: AbortSignal): Promise<void>;
  /** A tar of these images, as `docker save` writes it. */
  saveImage(names: readonly string[], signal?: AbortSignal): Promise<Readable>;
  /** What was loaded, in the engine's words. */
  loadImage(tar: Readable, signal?: AbortSignal): Promise<readonly string[]>;
}

/** Deleting a large layer takes the filesystem minutes. */
const ACTION_MS = 1_800_000;
const Removed = v.nullable(
  v.array(v.object({ Untagged: v.nullish(v.string()), Deleted: v.nullish(v.string()) })),
);
const Pruned = v.object({
  CachesDeleted: v.nullish(v.array(v.string()), []),
  SpaceReclaimed: v.nullish(v.number(), 0),
});
const LoadLine = v.object({ stream: v.nullish(v.string()), error: v.nullish(v.string()) });

export function engineActions(connection: Connection): EngineActions {
  const { endpoint } = connection;
  const remove = (path: string, signal: AbortSignal | undefined): Promise<unknown> =>
    connection.json({ method: 'DELETE', path, timeoutMs: ACTION_MS, signal });

  const removeImage: EngineActions['removeImage'] = async (ref, { noprune = true, signal } = {}) => {
    const path = `/images/${imageRef(ref)}?force=0&noprune=${noprune ? 1 : 0}`;
    const lines = decode(Removed, await remove(path, signal), endpoint, path) ?? [];
    return {
      untagged: lines.flatMap((line) => line.Untagged ?? []),
      deleted: lines.flatMap((line) => line.Deleted ?? []),
    };
  };

  return {
    removeContainer: async (id, signal) =>
      void (await remove(`/containers/${containerRef(id)}?force=0&v=0`, signal)),
    untag: (name, signal) => removeImage(name, { signal }),
    removeImage,
    pruneCache: async (recordId, signal) => {
      // The engine matches `id` as a pattern: only a whole id, which is no part of another, may go there.
      if (!/^[a-z0-9]{25,64}$/.test(recordId)) throw badName('build cache record', recordId);
      const filters = encodeURIComponent(JSON.stringify({ id: [recordId] }));
      const path = `/build/prune?all=1&filters=${filters}`;
      const answer = await connection.json({ method: 'POST', path, timeoutMs: ACTION_MS, signal });
      const { CachesDeleted: deleted, SpaceReclaimed: bytes } = decode(Pruned, answer, endpoint, path);
      if (!deleted.includes(recordId)) {
        throw new StrataError(
          'busy',
          `The engine kept the build cache record ${recordId}: it is in use, other records stand on it, or it is gone already.`,
        );
      }
      return { deleted, bytes };
    },
    removeVolume: async (name, signal) => {
      if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) throw badName('volume', name);
      await remove(`/volumes/${name}?force=0`, signal);
    },
    saveImage: (names, signal) => {
      const query = names.map((name) => `names=${encodeURIComponent(imageRef(name))}`).join('&');
      return connection.stream({ method: 'GET', path: `/images/get?${query}`, timeoutMs: null, signal });
    },
    loadImage: async (tar, signal) => {
      const path = '/images/load?quiet=1';
      const answer = await connection.text({ method: 'POST', path, timeoutMs: null, signal, body: tar });
      return loaded(answer, endpoint, path);
    },
  };
}

/** A failed load answers 200; its error is one of the lines. */
function loaded(answer: string, endpoint: string, path: string): string[] {
  return answer
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      let said: unknown = null;
      try {
        said = JSON.parse(line);
      } catch {
        said = { stream: line }; // Some versions answer in plain text.
      }
      const { stream, error } = decode(LoadLine, said, endpoint, path);
      if (error) throw new StrataError('failed', `The engine could not load the images: ${error}`);
      return stream ? [stream.trim()] : [];
    });
}

/** An id (whole or short) or a name with tag or digest: of its characters none has a meaning in a path but the slash. */
function imageRef(ref: string): string {
  const bad =
    !/^[a-zA-Z0-9][a-zA-Z0-9_.:/@-]*$/.test(ref) || ref.split('/').some((part) => /^\.*$/.test(part));
  if (bad) throw badName('image', ref);
  return ref;
}

/** Also for paths that only read. */
export function containerRef(id: string): string {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(id)) throw badName('container', id);
  return id;
}

function badName(kind: string, text: string): StrataError {
  return new StrataError('bad-request', `${JSON.stringify(text)} is not the name or id of a ${kind}.`);
}
