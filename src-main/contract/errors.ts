/** An error with a code that crosses every transport. The message says what, why and what to do; it is for people. */
export type ErrorCode =
  | 'bad-request'
  | 'not-found'
  | 'no-engine'
  | 'no-permission'
  | 'unsupported'
  | 'busy'
  | 'cancelled'
  | 'forbidden'
  | 'stale'
  | 'failed';

export class StrataError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StrataError';
    this.code = code;
  }

  /** Anything thrown becomes a StrataError; what is none already is `failed` with its message. */
  static from(thrown: unknown): StrataError {
    if (thrown instanceof StrataError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new StrataError('failed', message, { cause: thrown });
  }
}

/** A request went out and no answer came back: what it asked for may have been done. */
export class NoAnswer extends StrataError {}
