/** Extractions that a front end fetches part by part: few, each for one reader, let go when nobody asks any more. */
import { randomUUID } from 'node:crypto';
import { StrataError } from '../../contract/errors.ts';
import type { ExtractPart } from '../../contract/extract.ts';
import type { Tally } from '../../sources/extract/records.ts';

export const MAX_TICKETS = 4;
const IDLE_MS = 60_000;
const PART_BYTES = 1 << 20;

interface Ticket {
  readonly chunks: AsyncIterator<Uint8Array>;
  readonly tally: Tally;
  /** Of the chunk before, what the last part had no room for. */
  rest: Uint8Array;
  busy: boolean;
  timer: NodeJS.Timeout;
}

export interface ExtractTickets {
  /** @throws StrataError 'busy' when there are too many */
  add(chunks: AsyncGenerator<Uint8Array>, tally: Tally): string;
  /** @throws StrataError 'not-found' for a ticket that is used up, let go, or never was */
  part(id: string): Promise<ExtractPart>;
  /** Closes what it has open; does nothing for one that is not there. */
  release(id: string): Promise<void>;
  close(): Promise<void>;
}

export function extractTickets(idleMs = IDLE_MS): ExtractTickets {
  const tickets = new Map<string, Ticket>();
  const release = async (id: string): Promise<void> => {
    const ticket = tickets.get(id);
    if (ticket === undefined) return;
    tickets.delete(id);
    clearTimeout(ticket.timer);
    await ticket.chunks.return?.();
  };
  const expires = (id: string): NodeJS.Timeout => setTimeout(() => void release(id), idleMs).unref();
  return {
    release,
    add(chunks, tally) {
      if (tickets.size >= MAX_TICKETS)
        throw new StrataError('busy', `${MAX_TICKETS} extractions are under way: wait for one, or cancel it`);
      const id = randomUUID();
      tickets.set(id, { chunks, tally, rest: new Uint8Array(0), busy: false, timer: expires(id) });
      return id;
    },
    async part(id) {
      const ticket = tickets.get(id);
      if (ticket === undefined)
        throw new StrataError(
          'not-found',
          'This extraction was cancelled or left alone too long: start it again',
        );
      if (ticket.busy) throw new StrataError('busy', 'The part before is still being read');
      clearTimeout(ticket.timer);
      ticket.busy = true;
      try {
        const { bytes, done } = await fill(ticket);
        if (!tickets.has(id)) throw new StrataError('cancelled', 'Cancelled');
        if (done) await release(id);
        const { problems, problemCount } = ticket.tally;
        return { base64: bytes.toString('base64'), done, problems: [...problems], problemCount };
      } catch (thrown) {
        await release(id);
        throw thrown;
      } finally {
        ticket.busy = false;
        if (tickets.has(id)) ticket.timer = expires(id);
      }
    },
    async close() {
      await Promise.all([...tickets.keys()].map(release));
    },
  };
}

/** Chunks are good only until the next one is asked for: they are copied. */
async function fill(ticket: Ticket): Promise<{ bytes: Buffer; done: boolean }> {
  const part = Buffer.allocUnsafe(PART_BYTES);
  let used = 0;
  for (;;) {
    const taken = ticket.rest.subarray(0, PART_BYTES - used);
    part.set(taken, used);
    used += taken.length;
    ticket.rest = ticket.rest.subarray(taken.length);
    if (used === PART_BYTES) return { bytes: part, done: false };
    const next = await ticket.chunks.next();
    if (next.done === true) return { bytes: part.subarray(0, used), done: true };
    ticket.rest = next.value;
  }
}
