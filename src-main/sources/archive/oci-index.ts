/** An OCI index: manifests of images, and what stands among them: attestations, artifacts, platforms left out. */
import * as v from 'valibot';
import { StrataError } from '../../contract/errors.ts';
import type { ArchiveFiles, ArchiveMember } from './archive-files.ts';
import { blobName, imageOf, incomplete } from './image-of-config.ts';
import { readJson } from './manifest-json.ts';
import type { ArchiveContent, ArchiveImage, ArchiveNote } from './records.ts';

const digest = v.pipe(v.string(), v.regex(/^sha256:[a-f0-9]{64}$/));
const descriptor = v.object({
  digest,
  mediaType: v.optional(v.string(), ''),
  annotations: v.nullish(v.record(v.string(), v.string())),
  platform: v.nullish(v.object({ os: v.optional(v.string(), ''), architecture: v.optional(v.string(), '') })),
});
const index = v.object({ manifests: v.array(descriptor) });
const manifest = v.object({ config: descriptor, layers: v.optional(v.array(descriptor), []) });

type Index = v.InferOutput<typeof index>;
type Descriptor = v.InferOutput<typeof descriptor>;

/** Both forms of an image config; anything else is no image: a chart, a signature, a file. */
const CONFIG_TYPES = new Set([
  '',
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

interface Found {
  readonly images: ArchiveImage[];
  readonly notes: ArchiveNote[];
  /** The first member that something listed needs and that is not there. */
  missing: string | null;
}

/** @throws StrataError 'failed' when the index is damaged, or of all that it lists nothing is whole */
export async function imagesOfIndex(files: ArchiveFiles, member: ArchiveMember): Promise<ArchiveContent> {
  const found: Found = { images: [], notes: [], missing: null };
  await walk(files, await readJson(member, index, 'index.json'), found, { depth: 0, name: null });
  if (found.images.length === 0 && found.missing !== null) throw incomplete(found.missing);
  return { images: found.images, notes: found.notes };
}

/** An index may list indexes; three levels are one more than any builder writes. A name is that of all below it. */
async function walk(
  files: ArchiveFiles,
  { manifests }: Index,
  found: Found,
  at: { readonly depth: number; readonly name: string | null },
): Promise<void> {
  if (at.depth > 3)
    throw new StrataError('unsupported', 'indexes inside indexes, more than three deep: refused');
  for (const entry of manifests) {
    const note = (what: string): unknown => found.notes.push({ digest: entry.digest, what });
    if (entry.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest') {
      note('attestation (how an image was built), no image');
      continue;
    }
    const member = await files.find(blobName(entry.digest));
    const name = nameOf(entry) ?? at.name;
    if (member === undefined) note(`${platformOf(entry)}: listed, but not in this archive`);
    else if (/index|list/.test(entry.mediaType)) {
      const below = await readJson(member, index, entry.digest);
      await walk(files, below, found, { depth: at.depth + 1, name });
    } else await addManifest(files, { entry, member, name }, found);
  }
}

async function addManifest(
  files: ArchiveFiles,
  {
    entry,
    member,
    name,
  }: { readonly entry: Descriptor; readonly member: ArchiveMember; readonly name: string | null },
  found: Found,
): Promise<void> {
  const { config, layers } = await readJson(member, manifest, entry.digest);
  if (!CONFIG_TYPES.has(config.mediaType)) {
    found.notes.push({ digest: entry.digest, what: `${config.mediaType}: an artifact, no image` });
    return;
  }
  const needed = [config, ...layers].map((one) => blobName(one.digest));
  for (const blob of needed) {
    if ((await files.find(blob)) !== undefined) continue;
    // Engines save the manifests of all platforms, but the layers of those they have.
    found.missing ??= blob;
    found.notes.push({
      digest: entry.digest,
      what: `${platformOf(entry)}: its manifest is here, its layers are not`,
    });
    return;
  }
  found.images.push(
    await imageOf(files, {
      config: blobName(config.digest),
      tags: name === null ? [] : [name],
      layers: layers.map((layer) => ({
        member: blobName(layer.digest),
        digest: layer.digest,
        mediaType: layer.mediaType || null,
      })),
      manifest: { digest: entry.digest, member },
    }),
  );
}

function nameOf({ annotations }: Descriptor): string | null {
  return (
    annotations?.['io.containerd.image.name'] ?? annotations?.['org.opencontainers.image.ref.name'] ?? null
  );
}

function platformOf({ platform }: Descriptor): string {
  return platform ? `${platform.os}/${platform.architecture}` : 'an image';
}
