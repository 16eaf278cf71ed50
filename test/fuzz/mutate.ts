/** Seeded mutations of real files: enough randomness to wander, repeatable from the printed seed. */
import type { Random } from '../support/random.ts';

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Values at which parsers break: sizes, signs, ends. */
const BAD_BYTES = [0x00, 0x01, 0x2e, 0x2f, 0x37, 0x7f, 0x80, 0xff];

/** A copy with a few bytes flipped, a piece cut, doubled, zeroed or moved. */
export function mutated(bytes: Uint8Array, random: Random): Buffer {
  let copy = Buffer.from(bytes);
  for (let times = 1 + below(random, 4); times > 0; times -= 1) {
    const at = below(random, copy.length);
    const length = below(random, Math.min(2048, copy.length - at)) + 1;
    switch (below(random, 6)) {
      case 0:
        for (let flips = below(random, 16) + 1; flips > 0; flips -= 1)
          copy[below(random, copy.length)] = below(random, 256);
        break;
      case 1:
        copy = copy.subarray(0, at);
        break;
      case 2:
        copy = Buffer.concat([copy.subarray(0, at + length), copy.subarray(at)]);
        break;
      case 3:
        copy.fill(0, at, at + length);
        break;
      case 4:
        copy.copyWithin(below(random, copy.length), at, at + length);
        break;
      default:
        copy[at] = BAD_BYTES[below(random, BAD_BYTES.length)]!;
    }
    if (copy.length === 0) return Buffer.alloc(1);
  }
  return Buffer.from(copy);
}
