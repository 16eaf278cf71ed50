/** `image/overlay2/imagedb/{content,metadata}/sha256/<image id>`: image configs and the classic builder's parents. */
import { hash } from 'node:crypto';
import type { ChainId, ImageId } from '../../model/ids.ts';
import { parseImageId } from '../../model/ids.ts';
import { DamagedError, exists, JSON_LIMIT, listFolder, parseJson, readFile, readText } from './files.ts';
import type { ImageConfig } from './image-config.ts';
import { chainOf, decodeImageConfig } from './image-config.ts';
import type { DiskImage } from './records.ts';
import type { Reading } from './reading.ts';
import type { Names } from './repositories.ts';

const IMAGEDB = 'image/overlay2/imagedb';
const CONTENT = `${IMAGEDB}/content/sha256`;
const METADATA = `${IMAGEDB}/metadata/sha256`;

export async function readImages(reading: Reading, names: ReadonlyMap<ImageId, Names>): Promise<DiskImage[]> {
  const refused = (what: string): void => reading.usersIssue(CONTENT, what);
  const entries = reading.attempt(() => listFolder(reading.root, ...CONTENT.split('/')), refused) ?? [];
  const withMetadata = metadataNames(reading);
  const seen = new Map<string, ChainId>();
  const images: DiskImage[] = [];
  for (const { name } of entries) {
    if (reading.due()) await reading.rest();
    const id = parseImageId(`sha256:${name}`);
    if (!id) {
      reading.usersIssue(`${CONTENT}/${name}`, 'is no image id');
      continue;
    }
    const config = readConfig(reading, name);
    if (!config) continue;
    const parentId = withMetadata.has(name) ? readParentImage(reading, name) : null;
    const { tags = [], digests = [] } = names.get(id) ?? {};
    images.push({ id, tags, digests, parentId, chain: chainOf(config.diffIds, seen), ...config });
  }
  return images;
}

function metadataNames(reading: Reading): ReadonlySet<string> {
  const refused = (what: string): void => reading.usersIssue(METADATA, what);
  const entries = reading.attempt(() => listFolder(reading.root, ...METADATA.split('/')), refused) ?? [];
  return new Set(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name));
}

/** The file's name is the sha256 of its bytes: a config changed in any way is told, and used if it can be read. */
function readConfig(reading: Reading, hex: string): ImageConfig | null {
  const where = `${CONTENT}/${hex}`;
  const damaged = (what: string): void => reading.usersIssue(where, what);
  return reading.attempt(() => {
    const config = readFile(`${reading.root}/${where}`, JSON_LIMIT, (bytes) => {
      const decoded = decodeImageConfig(parseJson(bytes));
      if (hash('sha256', bytes) !== hex) damaged('is not the file it is named after');
      return decoded;
    });
    if (!config) throw new DamagedError('went away while it was read');
    return config;
  }, damaged);
}

function readParentImage(reading: Reading, hex: string): ImageId | null {
  const where = `${METADATA}/${hex}/parent`;
  const damaged = (what: string): void => reading.usersIssue(where, what);
  const path = `${reading.root}/${where}`;
  const text = reading.attempt(() => (exists(path) ? readText(path) : null), damaged);
  const id = text === null ? undefined : parseImageId(text);
  if (text !== null && !id) damaged('names no image');
  return id ?? null;
}
