/** What every transport carries back: the value, or the error's code and text. The client rebuilds the StrataError. */
import { StrataError, type ErrorCode } from './errors.ts';

export type Answer<T = unknown> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** The largest request any transport takes, in bytes of JSON. */
export const MAX_REQUEST_BYTES = 1024 * 1024;

/** The value of an answer; throws the error it carries. */
export function valueOf<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw new StrataError(answer.code, answer.message);
}

/** Anything thrown as an answer. */
export function answerOf(thrown: unknown): Answer<never> {
  const { code, message } = StrataError.from(thrown);
  return { ok: false, code, message };
}
