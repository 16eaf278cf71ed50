/**
 * What walks beside us. A process of its own goes into each folder (`chdir`) and so asks the kernel by short names,
 * which takes a sixth off a warm walk; a thread can't, it shares our working directory.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

export interface Walker {
  send(message: unknown): void;
  /** At once; what it was at is not answered. */
  end(): void;
}

export interface WalkerEvents {
  readonly message: (message: unknown) => void;
  /** Once, whatever ended it. */
  readonly ended: (cause: string) => void;
}

export type StartWalker = (program: URL, events: WalkerEvents) => Walker;

export const startThread: StartWalker = (program, events) => {
  const worker = new Worker(program);
  let cause = 'its thread ended';
  worker.on('message', events.message);
  worker.on('error', (error) => (cause = error instanceof Error ? error.message : String(error)));
  worker.on('exit', () => events.ended(cause));
  return {
    send: (message) => worker.postMessage(message),
    end: () => void worker.terminate(),
  };
};

export const startProcess: StartWalker = (program, events) => {
  const child = fork(fileURLToPath(program), {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' }, // an inspector is this process's, not every walker's
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let over = false;
  const ended = (cause: string): void => {
    if (!over) events.ended(cause);
    over = true;
  };
  child.on('message', events.message);
  // One that never started may say nothing else.
  child.on('error', (error) => {
    if (child.pid === undefined) ended(error.message);
  });
  // After `exit` messages may still come; `close` is the last word.
  child.on('close', (code, signal) => ended(`its process ended (${signal ?? code})`));
  return {
    send: (message) => void child.send(message as object, () => undefined), // a dead one is told by `close`
    end: () => void child.kill('SIGKILL'),
  };
};

/** Electron's binary starts no plain Node: that fuse is off in what users get. */
export const startWalker: StartWalker =
  process.versions['electron'] === undefined ? startProcess : startThread;
