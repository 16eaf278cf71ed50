import type { Client } from '../../src-main/contract/api.ts';
import { StrataError } from '../../src-main/contract/errors.ts';
import type { ExtractParams, ExtractTicket } from '../../src-main/contract/extract.ts';
import { saveName, whyNotTaken, type Takeable } from '../lib/extract-words.ts';

/** What a page can hold; more is a matter for the terminal. */
export const MAX_SAVED_BYTES = 2 ** 30;

export interface Saved {
  readonly name: string;
  readonly ticket: ExtractTicket;
  /** What could not be taken whole; the first ones. */
  readonly problems: readonly string[];
  readonly problemCount: number;
}

/** One file or folder on its way out: asked for, fetched part by part, handed to the browser as a download. */
export class ExtractionState {
  #client: Client;
  #save: (name: string, content: Blob) => void;
  #asking: AbortController | null = null;
  /** What it is or was about; null before the first. */
  params = $state.raw<ExtractParams | null>(null);
  pending = $state(false);
  /** While it is fetched. */
  ticket = $state.raw<ExtractTicket | null>(null);
  fetchedBytes = $state(0);
  saved = $state.raw<Saved | null>(null);
  /** Its bytes, when they are more than a page can hold. */
  tooLarge = $state<number | null>(null);
  problem = $state.raw<StrataError | null>(null);

  constructor(client: Client, save: (name: string, content: Blob) => void) {
    this.#client = client;
    this.#save = save;
  }

  /** A second one takes the place of the first. Does nothing for what is never taken out. */
  async start(what: Takeable, params: ExtractParams): Promise<void> {
    if (whyNotTaken(what) !== null) return;
    this.cancel();
    const asking = new AbortController();
    this.#asking = asking;
    this.params = params;
    this.pending = true;
    this.fetchedBytes = 0;
    this.saved = this.tooLarge = this.problem = null;
    try {
      await this.#run(params, asking.signal);
    } catch (thrown) {
      if (!asking.signal.aborted) this.problem = StrataError.from(thrown);
    }
    if (asking.signal.aborted) return;
    this.pending = false;
    this.ticket = null;
  }

  cancel(): void {
    this.#asking?.abort();
    this.#asking = null;
    if (this.ticket !== null) this.#release(this.ticket.ticket);
    this.ticket = null;
    this.pending = false;
  }

  async #run(params: ExtractParams, signal: AbortSignal): Promise<void> {
    const ticket = await this.#client.call('inside.extract', params, signal);
    if (signal.aborted) return this.#release(ticket.ticket);
    if (ticket.bytes > MAX_SAVED_BYTES) {
      this.tooLarge = ticket.bytes;
      return this.#release(ticket.ticket);
    }
    this.ticket = ticket;
    const parts: Blob[] = [];
    for (;;) {
      const part = await this.#client.call('inside.extractPart', { ticket: ticket.ticket }, signal);
      if (signal.aborted) return;
      const bytes = bytesOf(part.base64);
      parts.push(new Blob([bytes]));
      this.fetchedBytes += bytes.length;
      if (!part.done) continue;
      const name = saveName(ticket);
      this.#save(name, new Blob(parts));
      this.saved = { name, ticket, problems: part.problems, problemCount: part.problemCount };
      return;
    }
  }

  /** It would be let go by itself after a while. */
  #release(ticket: string): void {
    this.#client.call('inside.extractCancel', { ticket }).catch(() => undefined);
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
