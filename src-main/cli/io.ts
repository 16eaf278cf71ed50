/** What a command needs of its surroundings; tests hand in their own. */
export interface CliIo {
  readonly stdout: TextOut;
  readonly stderr: TextOut;
  /** Answers to questions; read only by commands that ask. */
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
  /** The folder with the built page for `serve`; default: where the build puts it. */
  readonly pageFolder?: string;
  /** Aborts when the user stops the program: Ctrl-C, TERM. */
  readonly signal: AbortSignal;
}

export interface TextOut {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Columns that a table may use: a terminal's own, never below 80, and 80 for files and pipes. */
export function widthOf(out: TextOut): number {
  return out.isTTY ? Math.max(80, out.columns ?? 80) : 80;
}
