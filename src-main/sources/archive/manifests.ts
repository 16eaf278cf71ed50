import * as v from 'valibot';
import { StrataError } from '../../contract/errors.ts';
import { MAKE_ONE, type ArchiveFiles, type ArchiveMember } from './archive-files.ts';
import { imageOf } from './image-of-config.ts';
import { readJson } from './manifest-json.ts';
import { imagesOfIndex } from './oci-index.ts';
import type { ArchiveContent, ArchiveImage } from './records.ts';

const dockerManifest = v.array(
  v.object({
    Config: v.string(),
    RepoTags: v.nullish(v.array(v.string())),
    Layers: v.nullish(v.array(v.string())),
  }),
);

/** The images of a docker save archive (its manifest.json), of an OCI layout (its index.json), or of both in one. */
export async function readManifests(files: ArchiveFiles): Promise<ArchiveContent> {
  const docker = await files.find('manifest.json');
  const index = await files.find('index.json');
  if (docker !== undefined) {
    const images = await dockerImages(files, docker);
    return index === undefined ? { images, notes: [] } : withIndex(images, await indexed(files, index));
  }
  if (index !== undefined) return imagesOfIndex(files, index);
  if (!files.ends)
    throw new StrataError('failed', 'the file is cut off before its manifest.json: save it again');
  throw new StrataError(
    'unsupported',
    `no manifest.json and no index.json in it: neither a docker save archive nor an OCI layout. ${MAKE_ONE}`,
  );
}

async function dockerImages(files: ArchiveFiles, member: ArchiveMember): Promise<ArchiveImage[]> {
  const images: ArchiveImage[] = [];
  for (const { Config, RepoTags, Layers } of await readJson(member, dockerManifest, 'manifest.json')) {
    const layers = (Layers ?? []).map((name) => ({ member: name, digest: null, mediaType: null }));
    images.push(await imageOf(files, { config: Config, tags: RepoTags ?? [], layers, manifest: null }));
  }
  return images;
}

/** Where manifest.json has all that is needed, a damaged index takes nothing away: it is a note. */
async function indexed(files: ArchiveFiles, member: ArchiveMember): Promise<ArchiveContent> {
  try {
    return await imagesOfIndex(files, member);
  } catch (thrown) {
    return { images: [], notes: [{ digest: 'index.json', what: StrataError.from(thrown).message }] };
  }
}

/** manifest.json has the tags; the index what else there is: digests of manifests, media types, more platforms. */
function withIndex(images: readonly ArchiveImage[], index: ArchiveContent): ArchiveContent {
  const known = new Set(images.map(({ id }) => id));
  const more = index.images.filter(({ id }) => !known.has(id));
  const both = images.map((image): ArchiveImage => {
    const twin = index.images.find(({ id }) => id === image.id);
    if (twin === undefined) return image;
    const { manifestDigest, layers } = twin;
    const problems = [...new Set([...twin.problems, ...image.problems])];
    return { ...image, manifestDigest, layers, problems };
  });
  return { images: [...both, ...more], notes: index.notes };
}
