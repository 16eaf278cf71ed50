/** A few walkers that take tasks in order. None outlives the call. */
import { StrataError } from '../../contract/errors.ts';
import type { WalkerMessage } from './scan-worker.ts';
import type { WalkedPiece } from './unit-walk.ts';
import type { FolderToWalk } from './walk-records.ts';
import type { StartWalker, Walker } from './walkers.ts';

export interface PoolOptions<Task> {
  readonly program: URL;
  readonly start: StartWalker;
  readonly walkers: number;
  readonly tasks: readonly Task[];
  /** What the walker gets of a task. */
  readonly message: (task: Task) => unknown;
  readonly signal: AbortSignal | undefined;
  /** Called once per task that was answered or whose walker died. */
  readonly onAnswer: (task: Task, answer: WalkedPiece | { readonly died: string }) => void;
  /** The task for folders that the walker of `task` leaves to others; it is walked next. */
  readonly onLeft: (task: Task, folders: readonly FolderToWalk[]) => Task;
  /** Every 100 ms, with what the running tasks have counted so far. */
  readonly onTick: (files: number, diskBytes: number) => void;
}

const TICK_MS = 100;
/** One stuck in a system call is left to end by itself after this time; nobody waits for it. */
const STOP_GRACE_MS = 150;

interface Slot<Task> {
  readonly walker: Walker;
  task: Task | null;
  ready: boolean;
  figures: { readonly files: number; readonly diskBytes: number };
}

const NOTHING = { files: 0, diskBytes: 0 };

/**
 * Runs all tasks; true when the signal cut it short. A walker that dies is replaced and its task reported as died.
 * Throws `failed` when walkers can't be started at all.
 */
export async function runPool<Task>(options: PoolOptions<Task>): Promise<boolean> {
  if (options.tasks.length > 0 && !options.signal?.aborted) await new Pool(options).run();
  return options.signal?.aborted ?? false;
}

class Pool<Task> {
  readonly #options: PoolOptions<Task>;
  readonly #queue: Task[];
  readonly #slots = new Set<Slot<Task>>();
  #end: { resolve: () => void; reject: (error: StrataError) => void } | null = null;
  #grace: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions<Task>) {
    this.#options = options;
    this.#queue = [...options.tasks];
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    const ended = new Promise<void>((resolve, reject) => (this.#end = { resolve, reject }));
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    const onAbort = (): void => this.#stop();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.#start();
      await ended;
    } finally {
      clearInterval(ticking);
      clearTimeout(this.#grace);
      signal?.removeEventListener('abort', onAbort);
      for (const { walker } of this.#slots) walker.end();
    }
  }

  #start(): void {
    const { program, start } = this.#options;
    const slot: Slot<Task> = {
      walker: start(program, {
        message: (message) => this.#heard(slot, message as WalkerMessage),
        ended: (cause) => this.#ended(slot, cause),
      }),
      task: null,
      ready: false,
      figures: NOTHING,
    };
    this.#slots.add(slot);
  }

  #heard(slot: Slot<Task>, message: WalkerMessage): void {
    if (!this.#slots.has(slot) || this.#options.signal?.aborted) return;
    switch (message.kind) {
      case 'figures':
        slot.figures = message;
        return;
      case 'left':
        this.#queue.unshift(this.#options.onLeft(slot.task!, message.folders));
        break;
      case 'ready':
        slot.ready = true;
        break;
      case 'done':
        this.#answer(slot, message.piece);
        break;
      default:
        message satisfies never;
    }
    this.#handOut();
  }

  /** All others are started when the first one is there and has work: small folders are walked before they would be. */
  #handOut(): void {
    const slots = [...this.#slots];
    for (const slot of slots) {
      if (slot.task !== null || !slot.ready || this.#queue.length === 0) continue;
      slot.task = this.#queue.shift()!;
      slot.walker.send(this.#options.message(slot.task));
    }
    if (slots.every(({ task }) => task !== null)) {
      const more = Math.min(this.#queue.length, this.#options.walkers - slots.length);
      for (let started = 0; started < more; started += 1) this.#start();
    }
    if (this.#queue.length === 0 && slots.every(({ task }) => task === null)) this.#end?.resolve();
  }

  #answer(slot: Slot<Task>, answer: WalkedPiece | { readonly died: string }): void {
    const { task } = slot;
    slot.task = null;
    slot.figures = NOTHING;
    if (task !== null) this.#options.onAnswer(task, answer);
  }

  #ended(slot: Slot<Task>, cause: string): void {
    if (!this.#slots.delete(slot)) return;
    if (this.#options.signal?.aborted) {
      if (this.#slots.size === 0) this.#end?.resolve();
      return;
    }
    if (!slot.ready) {
      const advice = 'Try again, or restart Strata.';
      return this.#end?.reject(
        new StrataError('failed', `Walking folders did not start: ${cause}. ${advice}`),
      );
    }
    this.#answer(slot, { died: cause });
    this.#handOut();
  }

  #stop(): void {
    for (const { walker } of this.#slots) walker.end();
    this.#grace = setTimeout(() => this.#end?.resolve(), STOP_GRACE_MS);
  }

  #tick(): void {
    const all = [...this.#slots].map(({ figures }) => figures);
    this.#options.onTick(
      all.reduce((sum, { files }) => sum + files, 0),
      all.reduce((sum, { diskBytes }) => sum + diskBytes, 0),
    );
  }
}
