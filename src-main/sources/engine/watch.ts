/** The engine's events, as they come. */
import { StrataError } from '../../contract/errors.ts';
import type { Connection } from './connect.ts';
import { EventLine } from './decode-engine.ts';
import { connectionFailure, notDocker } from './failure.ts';
import { decode } from './read.ts';

export interface EngineEvent {
  /** image, container, volume, builder. */
  readonly type: string;
  /** create, destroy, tag, untag, delete, load, pull, prune … */
  readonly action: string;
  readonly id: string;
  readonly name: string;
  /** Of a container: the image it was made from, as it was named then. */
  readonly image: string | null;
  readonly atMs: number | null;
}

const KINDS = encodeURIComponent(JSON.stringify({ type: ['image', 'container', 'volume', 'builder'] }));
/** These change nothing in the store, and a health check makes three of them every few seconds. */
const NOISE = /^(?:exec_|health_status|top$|attach$|resize$)/;
const MAX_LINE = 1024 * 1024;

/** Ends quietly when the signal fires; throws StrataError when the connection is lost. Does not connect again by itself. */
export async function watchEngine(
  connection: Connection,
  onEvent: (event: EngineEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const path = `/events?filters=${KINDS}`;
  try {
    const stream = await connection.stream({ method: 'GET', path, timeoutMs: null, signal });
    const stop = (): void => void stream.destroy();
    signal.addEventListener('abort', stop, { once: true });
    let rest = '';
    for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE) throw notDocker(connection.endpoint, 'its events have no end');
      for (const line of lines.filter((text) => text.trim() !== '')) {
        const event = decode(EventLine, parseLine(line, connection.endpoint), connection.endpoint, path);
        if (!NOISE.test(event.action)) onEvent(event);
      }
    }
    if (!signal.aborted)
      throw new StrataError('no-engine', `${connection.endpoint} ended its events: the engine stops.`);
  } catch (thrown) {
    if (!signal.aborted) throw connectionFailure(connection.endpoint, thrown);
  }
}

function parseLine(line: string, endpoint: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw notDocker(endpoint, 'an event of it is not JSON');
  }
}
