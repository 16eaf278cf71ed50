/** The complete account of a data root without walking its layers, in a process of its own: `account-child.ts ROOT`. */
import { joinStore } from '../../src-main/sources/join.ts';
import { readDisk } from '../../src-main/sources/disk/index.ts';
import { scanDocument } from '../../src-main/services/scan-document.ts';
import { keepNurserySmall } from '../../src-main/support/nursery.ts';

keepNurserySmall();
const [root = ''] = process.argv.slice(2);
const disk = await readDisk(root, {});
const snapshot = joinStore({ engine: null, disk, walk: null, takenAtMs: Date.now(), access: 'direct' });
const { images, layers } = scanDocument(snapshot);
const maxRssMiB = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ images: images.length, layers: layers.length, maxRssMiB }));
