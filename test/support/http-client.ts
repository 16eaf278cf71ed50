/** The contract's client as the page in a browser speaks it. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Client, StrataEvent } from '../../src-main/contract/api.ts';
import { valueOf, type Answer } from '../../src-main/contract/answer.ts';

export async function httpClient(port: number, token: string): Promise<{ client: Client; close(): void }> {
  const origin = `http://127.0.0.1:${port}`;
  const listeners = new Set<(event: StrataEvent) => void>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/events`, { origin });
  await once(socket, 'open');
  socket.send(JSON.stringify({ token }));
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as StrataEvent;
    for (const listener of listeners) listener(event);
  });
  const client: Client = {
    async call(method, params) {
      const response = await fetch(`${origin}/rpc`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, Origin: origin },
        body: JSON.stringify({ method, params }),
      });
      if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
      return valueOf((await response.json()) as Answer<never>);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { client, close: () => socket.terminate() };
}
