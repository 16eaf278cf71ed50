/** One reading of a data root: where, what went wrong on the way, and when to let others run. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StrataError } from '../../contract/errors.ts';
import type { Issue } from '../../model/issue.ts';
import { damageOf } from './files.ts';

/** So many entries are read before the event loop gets a turn: about 10 ms. */
const ENTRIES_PER_TURN = 300;

export class Reading {
  readonly root: string;
  readonly issues: Issue[] = [];
  /** First reason why the owner of a folder may be missing. */
  ownersIncomplete: string | null = null;
  /** First reason why a user of a layer, or a name of an image, may be missing. */
  usersIncomplete: string | null = null;
  readonly #signal: AbortSignal | undefined;
  readonly #told = new Set<string>();
  #entries = 0;

  constructor(root: string, signal: AbortSignal | undefined) {
    this.root = root;
    this.#signal = signal;
  }

  /** Told once, even when the second look meets the same damage again. */
  issue(where: string, what: string): void {
    const text = `${where}: ${what}`;
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.issues.push({ where, what });
  }

  /** An issue that can hide who owns a folder of overlay2: nothing may be called an orphan then. */
  ownersIssue(where: string, what: string): void {
    this.issue(where, what);
    this.ownersIncomplete ??= `${where}: ${what}`;
  }

  /** An issue that can hide who uses a layer or what an image is called: nothing may be called unused then. */
  usersIssue(where: string, what: string): void {
    this.issue(where, what);
    this.usersIncomplete ??= `${where}: ${what}`;
  }

  /** What `read` gives; what it throws is told to `onDamage` and becomes null. */
  attempt<T>(read: () => T, onDamage: (what: string) => void): T | null {
    try {
      return read();
    } catch (thrown) {
      onDamage(damageOf(thrown).message);
      return null;
    }
  }

  /** True every few hundred entries: then `await rest()`. Two calls, so that most entries cost no promise. */
  due(): boolean {
    this.#entries += 1;
    return this.#entries % ENTRIES_PER_TURN === 0;
  }

  async rest(): Promise<void> {
    await nextTurn();
    this.checkCancelled();
  }

  checkCancelled(): void {
    if (this.#signal?.aborted) throw new StrataError('cancelled', 'Reading the data root was cancelled.');
  }
}
