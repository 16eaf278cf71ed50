/** Electron's side of the IPC transport: who is calling, and where events go. */
import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron';
import type { IpcPort } from '../transports/ipc.ts';
import { APP_ORIGIN } from './protocol.ts';

type Sender = Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>;

/** `window` answers the one window, or `null` while there is none. */
export function electronPort(window: () => BrowserWindow | null): IpcPort<IpcMainInvokeEvent> {
  return {
    handle: (channel, answer) => ipcMain.handle(channel, answer),
    removeHandler: (channel) => ipcMain.removeHandler(channel),
    send: (channel, event) => window()?.webContents.send(channel, event),
    isTrusted: (caller) => isOurPage(caller, window()),
  };
}

/** Only the main frame of our own window while it shows our own page. A frame that is gone is nobody. */
export function isOurPage(caller: Sender, window: BrowserWindow | null): boolean {
  const frame = caller.senderFrame;
  return (
    frame !== null &&
    frame.parent === null &&
    frame.origin === APP_ORIGIN &&
    window !== null &&
    !window.isDestroyed() &&
    caller.sender.id === window.webContents.id
  );
}
