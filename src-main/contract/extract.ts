/** Taking one file or folder out of an image, a layer or a container's writable layer: announced, then fetched in parts. */

export interface ExtractApi {
  /** What an extraction of this path is; a ticket for its parts. At most 4 at once; one that nobody uses is let go. */
  'inside.extract': { params: ExtractParams; result: ExtractTicket };
  /** The next part, in order. The last one lets go of the ticket. */
  'inside.extractPart': { params: { readonly ticket: string }; result: ExtractPart };
  /** No more parts are wanted. */
  'inside.extractCancel': { params: { readonly ticket: string }; result: null };
}

export interface ExtractParams {
  /** An image as in `inside.list`, or a container: what its writable layer holds. One of the two is null. */
  readonly image: string | null;
  readonly container: string | null;
  readonly layer: number | null;
  readonly view: 'own' | 'stacked' | 'auto';
  readonly path: string;
}

export interface ExtractTicket {
  readonly ticket: string;
  /** The last name of the path, or of what the root belongs to; anybody may have made it. */
  readonly name: string;
  /** A single regular file comes as itself, everything else as a tar. */
  readonly format: 'file' | 'tar';
  /** Of contents; a tar has some more. */
  readonly bytes: number;
  readonly files: number;
  readonly folders: number;
  /** Symbolic links, and further names of files. */
  readonly links: number;
  readonly leftOut: readonly LeftOut[];
}

/** What is never taken: special files, a layer's marks of deletion, names that no file can have. */
export interface LeftOut {
  readonly kind: 'device' | 'fifo' | 'socket' | 'deletion' | 'name';
  readonly count: number;
}

export interface ExtractPart {
  /** At most 1 MiB. */
  readonly base64: string;
  readonly done: boolean;
  /** What could not be taken whole so far: vanished, unreadable, shrunk. Names the first ones. */
  readonly problems: readonly string[];
  readonly problemCount: number;
}
