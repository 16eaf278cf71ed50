/** What went wrong between us and the engine, in words that say what to do. */
import { NoAnswer, StrataError, type ErrorCode } from '../../contract/errors.ts';

/** No answer at all: the socket's errno, a broken connection, or something else that listens there. */
export function connectionFailure(endpoint: string, thrown: unknown): StrataError {
  if (thrown instanceof StrataError) return thrown;
  const { code, message, name } = thrown as NodeJS.ErrnoException;
  const cause = { cause: thrown };
  if (code === 'ENOENT') {
    return new StrataError('no-engine', `No engine: ${endpoint} does not exist. ${START}`, cause);
  }
  if (code === 'ECONNREFUSED' || code === 'ENOTDIR' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH') {
    return new StrataError('no-engine', `No engine answers at ${endpoint} (${code}). ${START}`, cause);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new StrataError('no-permission', `You may not use ${endpoint} (${code}). ${PERMISSION}`, cause);
  }
  if (name === 'TimeoutError') {
    return new NoAnswer('failed', `${endpoint} did not answer in time. ${RESTART}`, cause);
  }
  if (code?.startsWith('HPE_')) return notDocker(endpoint, message);
  return new NoAnswer('failed', `The connection to ${endpoint} broke: ${message}. ${RESTART}`, cause);
}

export function notDocker(endpoint: string, why: string): StrataError {
  return new StrataError('failed', `What answers at ${endpoint} is no Docker Engine: ${why}.`);
}

/** The engine's own refusal: its words, kept whole. `body` is `{"message": …}` or plain text. */
export function engineRefusal(status: number, body: string): StrataError {
  const said = messageIn(body) || `HTTP status ${status}`;
  return new StrataError(CODES[status] ?? 'failed', `The engine says: ${said}`);
}

/** The errno below an error, for lists of what was tried; null when there is none. */
export function errnoOf(error: StrataError): string | null {
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : null;
}

/** For a line beside the endpoint, where a dozen of them may stand. */
export function shortReason(error: StrataError): string {
  const errno = errnoOf(error);
  if (errno === 'ENOENT') return 'does not exist';
  return errno === 'ECONNREFUSED' ? 'nothing listens there any more' : error.message;
}

const CODES: Record<number, ErrorCode> = {
  400: 'bad-request',
  403: 'forbidden',
  404: 'not-found',
  409: 'busy',
};
const START = 'Start it (Linux: sudo systemctl start docker) or name another with --host or --context.';
const RESTART = 'Look at the engine (Linux: systemctl status docker) and try again.';
const PERMISSION =
  'Its group may: sudo usermod -aG docker "$USER", then log in anew (members of that group are as good as root), ' +
  'or run Strata with sudo.';

function messageIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string') return message.trim();
  } catch {
    // Not JSON: older engines and proxies answer in plain text, shown as it is.
  }
  return body.trim().slice(0, 1000);
}
