import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { StrataError } from '../../contract/errors.ts';
import type { ArchiveMember } from './archive-files.ts';

/** Manifests and configs are kilobytes; 8 MB is generous and bounds the parser. */
const MAX_JSON_BYTES = 8 << 20;

/** One JSON member, checked. Keys like `__proto__` are data: nothing is merged from them. */
export async function readJson<T extends v.GenericSchema>(
  member: ArchiveMember,
  schema: T,
  what: string,
): Promise<v.InferOutput<T>> {
  return parse(await bytesOf(member, what), schema, what);
}

/** @throws StrataError 'failed' when it is no JSON, or of another form */
export function parse<T extends v.GenericSchema>(bytes: Buffer, schema: T, what: string): v.InferOutput<T> {
  try {
    return v.parse(schema, JSON.parse(bytes.toString('utf8')));
  } catch (thrown) {
    throw new StrataError(
      'failed',
      `${what} is damaged, save the archive again: ${(thrown as Error).message.slice(0, 200)}`,
      {
        cause: thrown,
      },
    );
  }
}

/** Its whole content. @throws StrataError 'unsupported' when it is larger than any manifest */
export async function bytesOf(member: ArchiveMember, what: string): Promise<Buffer> {
  const size = member.end - member.start;
  if (size > MAX_JSON_BYTES)
    throw new StrataError('unsupported', `${what} has ${size} bytes: no manifest is that large`);
  const { buffer, bytesRead } = await member.file.read(Buffer.alloc(size), 0, size, member.start);
  return buffer.subarray(0, bytesRead);
}

/** Manifests and configs are called by their sha256: those whose bytes are others. */
export async function misnamed(all: readonly { member: ArchiveMember; name: string }[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { member, name } of all) {
    const promised = /(?:^|\/)([a-f0-9]{64})(?:\.json)?$/.exec(name)?.[1];
    const hash = createHash('sha256')
      .update(await bytesOf(member, name))
      .digest('hex');
    if (promised !== undefined && promised !== hash)
      problems.push(`stored as sha256:${promised}, but its bytes are sha256:${hash}`);
  }
  return problems;
}
