/** All the page gets from Electron: one way to ask, one way to listen. Plain data only, no Electron object. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { StrataEvent } from '../contract/api.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../transports/ipc.ts';

contextBridge.exposeInMainWorld('strata', {
  call: (method: unknown, params: unknown): Promise<unknown> =>
    ipcRenderer.invoke(CALL_CHANNEL, { method, params }),
  on: (listener: (event: StrataEvent) => void): (() => void) => {
    const pass = (_event: IpcRendererEvent, event: StrataEvent): void => listener(event);
    ipcRenderer.on(EVENT_CHANNEL, pass);
    return () => {
      ipcRenderer.removeListener(EVENT_CHANNEL, pass);
    };
  },
});
