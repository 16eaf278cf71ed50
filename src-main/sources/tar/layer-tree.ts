import { ENTRY_KIND, type LayerTree } from '../../model/tree.ts';
import { TreeBuilder } from '../tree/tree-builder.ts';
import { bytesFromName } from '../tree/name-bytes.ts';
import type { ByteSource } from './byte-source.ts';
import { entryKind, type TarHeader } from './header.ts';
import { readTar } from './read-tar.ts';

/** The file tree of a layer's tar. A cut or damaged tar gives the entries before the damage, with a problem. */
export async function treeOfTar(source: ByteSource, signal?: AbortSignal): Promise<LayerTree> {
  const builder = new TreeBuilder({ knowsDisk: false });
  try {
    for await (const { header } of readTar(source)) {
      signal?.throwIfAborted();
      if (builder.full) {
        builder.problem('/', 'more entries than any image has: the rest is not read');
        break;
      }
      addHeader(builder, header);
    }
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    builder.problem('/', thrown.message);
  }
  return builder.finish();
}

/** One header as a tree entry; shared with tar-split, which has the same headers and a checksum beside them. */
export function addHeader(builder: TreeBuilder, header: TarHeader, checksum?: Uint8Array): void {
  const kind = entryKind(header);
  if (kind === undefined)
    return builder.problem(header.name, `an entry of type ${JSON.stringify(header.flag)}: not known`);
  const isLink = kind === ENTRY_KIND.symlink;
  const isHardLink = header.flag === '1';
  builder.add({
    path: header.name,
    kind,
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    // A symlink's st_size is its target's length; the tar says 0.
    size: isLink ? bytesFromName(header.linkName).length : isHardLink ? 0 : header.size,
    mtimeMs: header.mtimeMs,
    checksum,
    linkTarget: isLink ? header.linkName : undefined,
    hardLinkTo: isHardLink ? header.linkName : undefined,
  });
}
