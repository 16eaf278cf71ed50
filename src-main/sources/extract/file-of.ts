import { StrataError } from '../../contract/errors.ts';
import { exactBytes } from './exact-bytes.ts';
import type { Extraction, Tally } from './records.ts';

/** The bytes of an extraction that is one regular file. Throws when it can't be read. */
export async function* fileOf(extraction: Extraction, tally: Tally): AsyncGenerator<Uint8Array> {
  for await (const { entry, content } of extraction.files()) {
    if ('problem' in content) throw new StrataError('failed', content.problem);
    yield* exactBytes(content, entry.path, tally);
    tally.files += 1;
  }
}
