/** Extractions that a front end fetches part by part: few, each for one reader, let go when nobody asks any more. */
import { randomUUID } from 'node:crypto';
import { StrataError } from '../../contract/errors.ts';
import type { ExtractPart } from '../../contract/extract.ts';
import { gathered } from '../../sources/extract/gathered.ts';
import type { Tally } from '../../sources/extract/records.ts';

export const MAX_TICKETS = 4;
const IDLE_MS = 60_000;
const PART_BYTES = 1 << 20;
const EMPTY = new Uint8Array(0);

interface Ticket {
  readonly parts: AsyncGenerator<Uint8Array>;
  readonly tally: Tally;
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
    await ticket.parts.return(undefined);
  };
  const expires = (id: string): NodeJS.Timeout => setTimeout(() => void release(id), idleMs).unref();
  return {
    release,
    add(chunks, tally) {
      if (tickets.size >= MAX_TICKETS)
        throw new StrataError('busy', `${MAX_TICKETS} extractions are under way: wait for one, or cancel it`);
      const id = randomUUID();
      tickets.set(id, { parts: gathered(chunks, PART_BYTES), tally, busy: false, timer: expires(id) });
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
        const { value = EMPTY, done = false } = await ticket.parts.next();
        if (!tickets.has(id)) throw new StrataError('cancelled', 'Cancelled');
        if (done) await release(id);
        const { problems, problemCount } = ticket.tally;
        return { base64: base64Of(value), done, problems: [...problems], problemCount };
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

function base64Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
