/** From what somebody typed to the one image it names: for all front ends alike, and for every list of images. PURE. */
export interface NamedImage {
  readonly id: string;
  readonly tags: readonly string[];
  /** Absent where there is no registry's: in an archive. */
  readonly digests?: readonly string[];
}

/** By tag (`app` = `app:latest`), digest, whole id, or a beginning of the id that only one has; else why there is none. */
export function imageNamed<T extends NamedImage>(images: readonly T[], name: string): T | string {
  // The colon of `host:5000/app` is no tag's.
  const tagged = /[:@]/.test(name.slice(name.lastIndexOf('/') + 1)) ? name : `${name}:latest`;
  const exact = images.find(
    ({ id, tags, digests }) => id === name || tags.includes(tagged) || digests?.includes(name),
  );
  if (exact !== undefined) return exact;
  const prefix = /^(?:sha256:)?([0-9a-f]{4,64})$/.exec(name)?.[1];
  const byPrefix = prefix === undefined ? [] : images.filter(({ id }) => id.startsWith(`sha256:${prefix}`));
  if (byPrefix.length === 1) return byPrefix[0]!;
  const why = byPrefix.length > 1 ? `${byPrefix.length} images' ids begin so` : 'see: strata images';
  return `There is no image ${name}: ${why}`;
}
