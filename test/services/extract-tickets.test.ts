import { describe, expect, test, vi } from 'vitest';
import { extractTickets, MAX_TICKETS } from '../../src-main/services/inside/extract-tickets.ts';
import { Tally } from '../../src-main/sources/extract/records.ts';

/** Chunks of one buffer that is used again and again, as the readers do; tells when it is let go. */
async function* chunks(
  sizes: readonly number[],
  onEnd: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  const shared = Buffer.alloc(3 << 20);
  try {
    for (const [at, size] of sizes.entries()) yield shared.subarray(0, size).fill(at + 1);
  } finally {
    onEnd();
  }
}
const whole = (sizes: readonly number[]): Buffer =>
  Buffer.concat(sizes.map((size, at) => Buffer.alloc(size, at + 1)));

describe('an extraction in parts', () => {
  test('gives all its bytes in order, a mebibyte at most at a time', async () => {
    const sizes = [1, 700_000, 0, (2 << 20) + 5, 512];
    const tickets = extractTickets();
    const ticket = tickets.add(chunks(sizes), new Tally());
    const parts: Buffer[] = [];
    for (;;) {
      const { base64, done } = await tickets.part(ticket);
      parts.push(Buffer.from(base64, 'base64'));
      if (done) break;
    }
    expect(Math.max(...parts.map(({ length }) => length))).toBe(1 << 20);
    expect(Buffer.concat(parts).equals(whole(sizes))).toBe(true);
    await expect(tickets.part(ticket)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('closes what it has open when it is cancelled, and gives nothing more', async () => {
    const ended = vi.fn();
    const tickets = extractTickets();
    const ticket = tickets.add(chunks([2 << 20, 2 << 20], ended), new Tally());
    await tickets.part(ticket);
    await tickets.release(ticket);
    expect(ended).toHaveBeenCalledOnce();
    await expect(tickets.part(ticket)).rejects.toMatchObject({ code: 'not-found' });
    await tickets.release(ticket);
  });

  test('that is cancelled while a part is read never passes for a whole one', async () => {
    const tickets = extractTickets();
    const ticket = tickets.add(chunks([10, 10]), new Tally());
    const part = tickets.part(ticket);
    await Promise.all([
      expect(part).rejects.toMatchObject({ code: 'cancelled' }),
      expect(tickets.part(ticket)).rejects.toMatchObject({ code: 'busy' }),
      tickets.release(ticket),
    ]);
  });

  test('is let go when nobody asks for its parts', async () => {
    const ended = vi.fn();
    const tickets = extractTickets(1);
    const ticket = tickets.add(chunks([2 << 20, 2 << 20], ended), new Tally());
    await vi.waitFor(() => expect(tickets.part(ticket)).rejects.toMatchObject({ code: 'not-found' }));
  });

  test('is one of a few; ending one makes room', async () => {
    const tickets = extractTickets();
    const all = Array.from({ length: MAX_TICKETS }, () => tickets.add(chunks([1]), new Tally()));
    expect(() => tickets.add(chunks([1]), new Tally())).toThrow('4 extractions are under way');
    while (!(await tickets.part(all[0]!)).done);
    const last = tickets.add(chunks([1]), new Tally());
    await tickets.close();
    await expect(tickets.part(last)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('that fails says why, and is over', async () => {
    const tickets = extractTickets();
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1);
      throw new Error('the disk broke');
    };
    const ticket = tickets.add(failing(), new Tally());
    await expect(tickets.part(ticket)).rejects.toThrow('the disk broke');
    await expect(tickets.part(ticket)).rejects.toMatchObject({ code: 'not-found' });
  });
});
