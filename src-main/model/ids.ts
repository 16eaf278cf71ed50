/**
 * Ids have kinds. Text from disk, engine, file or network becomes one of these once, at the edge, by its parser;
 * the rest of the code trusts the type.
 */

/** sha256 of the image config JSON, `sha256:` + 64 hex. */
export type ImageId = string & { readonly kind: 'ImageId' };
/** sha256 of a layer's uncompressed tar. */
export type DiffId = string & { readonly kind: 'DiffId' };
/** A layer together with all below it: `sha256(parentChain + " " + diffId)`; the key of layerdb. */
export type ChainId = string & { readonly kind: 'ChainId' };
/** The name of a folder in `overlay2/`: 64 hex, `<64 hex>-init`, or BuildKit's 25 base36 characters. */
export type CacheId = string & { readonly kind: 'CacheId' };
/** 64 hex. */
export type ContainerId = string & { readonly kind: 'ContainerId' };

const SHA256 = /^sha256:[a-f0-9]{64}$/;
const HEX64 = /^[a-f0-9]{64}$/;
const CACHE_ID = /^(?:[a-f0-9]{64}(?:-init)?|[a-z0-9]{25})$/;

/** `sha256:<64 hex>`, surrounding blanks allowed; anything else is undefined. */
export function parseImageId(text: string): ImageId | undefined {
  return sha256(text) as ImageId | undefined;
}

export function parseDiffId(text: string): DiffId | undefined {
  return sha256(text) as DiffId | undefined;
}

export function parseChainId(text: string): ChainId | undefined {
  return sha256(text) as ChainId | undefined;
}

/** A folder name below `overlay2/`, one path component by grammar: no separator, no dot. */
export function parseCacheId(text: string): CacheId | undefined {
  const id = text.trim();
  return CACHE_ID.test(id) ? (id as CacheId) : undefined;
}

export function parseContainerId(text: string): ContainerId | undefined {
  const id = text.trim();
  return HEX64.test(id) ? (id as ContainerId) : undefined;
}

function sha256(text: string): string | undefined {
  const id = text.trim();
  return SHA256.test(id) ? id : undefined;
}

/** The 12 characters people know an id by, without its algorithm. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}
