/** The same file stored in several image layers: what a search for such files answers. */

export interface SameContentApi {
  /** Looks for files that lie in several image layers. Progress and end come as events of this operation. */
  'inside.sameContent': { params: null; result: { readonly operationId: string } };
  /** What that search found; waits for its end. Only the last search is kept. */
  'inside.sameContentReport': { params: { readonly operationId: string }; result: SameContentReport };
  /** Hashes all copies of a group of the last search: what it is then, none when no two are the same. */
  'inside.confirmSame': { params: { readonly groupId: string }; result: readonly SameContentGroup[] };
}

export interface SameContentReport {
  /** Layers whose file lists were compared. */
  readonly layers: number;
  /** Files of at least `smallestBytes` in them, each inode of a layer once. */
  readonly files: number;
  readonly smallestBytes: number;
  /** Contents that lie there more than once; `groups` has those that cost most. */
  readonly groupCount: number;
  /** All copies but one of each content, in bytes of file sizes. */
  readonly savesBytes: number;
  /** Of `savesBytes`, in layers that are themselves stored twice. */
  readonly inTwinLayersBytes: number;
  /** What costs most first. */
  readonly groups: readonly SameContentGroup[];
  /** What was not compared, for people. */
  readonly problems: readonly string[];
}

export interface SameContentGroup {
  /** For `inside.confirmSame`. */
  readonly id: string;
  /** Of one copy. */
  readonly bytes: number;
  readonly copies: number;
  /** All copies but one. */
  readonly savesBytes: number;
  /** `same`: all contents were hashed. `probable`: size and CRC-64 are equal. */
  readonly sameness: 'same' | 'probable';
  /** What came in the way of hashing; null when nothing did. */
  readonly problem: string | null;
  /** At most 100 of the copies. */
  readonly places: readonly SamePlace[];
  readonly imageCount: number;
  /** At most 100 of the images that carry a copy, by id. */
  readonly images: readonly string[];
}

export interface SamePlace {
  readonly chainId: string;
  readonly path: string;
  /** The build step that made the layer, masked; null when no image names one. */
  readonly createdBy: string | null;
}
