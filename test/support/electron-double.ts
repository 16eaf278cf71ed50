/**
 * Electron for tests, in memory: it records what it is told and lets a test play the other side. Each part `satisfies`
 * the real types, so a member that Electron drops or renames fails the type check.
 */
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';

type Any = (...args: never[]) => unknown;

/** Everything the code under test did, and the handlers it left behind. */
export const seen = {
  schemes: [] as Electron.CustomScheme[],
  protocolHandlers: new Map<string, Any>(),
  ipcHandlers: new Map<string, Any>(),
  windows: [] as BrowserWindowDouble[],
  dialogs: [] as Electron.MessageBoxOptions[],
  /** The button the user presses next. */
  nextButton: 0,
  exposed: new Map<string, unknown>(),
  sent: [] as unknown[][],
};

class WebContentsDouble extends EventEmitter {
  static #ids = 0;
  readonly id = ++WebContentsDouble.#ids;
  openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] | null = null;
  url = 'app://strata/';

  setWindowOpenHandler(handler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler;
  }
  getURL(): string {
    return this.url;
  }
  send(...message: unknown[]): void {
    seen.sent.push(message);
  }
  /** Fires an event as Electron would; whether the code under test refused it. */
  refuses(name: string): boolean {
    let refused = false;
    this.emit(name, { preventDefault: () => (refused = true) });
    return refused;
  }
}

class BrowserWindowDouble extends EventEmitter {
  readonly webContents = new WebContentsDouble();
  readonly loaded: string[] = [];
  readonly options: Electron.BrowserWindowConstructorOptions;
  shown = false;
  destroyed = false;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super();
    this.options = options;
    seen.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
  }
  show(): void {
    this.shown = true;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
}

export const app = new EventEmitter();
export const BrowserWindow = BrowserWindowDouble satisfies new (
  options?: Electron.BrowserWindowConstructorOptions,
) => Pick<Electron.BrowserWindow, 'loadURL' | 'show' | 'isDestroyed'>;

export const protocol = {
  registerSchemesAsPrivileged: (schemes) => void seen.schemes.push(...schemes),
  handle: (scheme, handler) => void seen.protocolHandlers.set(scheme, handler),
} satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;

export const ipcMain = {
  handle: (channel, handler) => void seen.ipcHandlers.set(channel, handler),
  removeHandler: (channel) => void seen.ipcHandlers.delete(channel),
} satisfies Pick<Electron.IpcMain, 'handle' | 'removeHandler'>;

export const dialog = {
  showMessageBox: async (...args: unknown[]): Promise<Electron.MessageBoxReturnValue> => {
    seen.dialogs.push(args.at(-1) as Electron.MessageBoxOptions);
    return { response: seen.nextButton, checkboxChecked: false };
  },
} satisfies Pick<Electron.Dialog, 'showMessageBox'>;

export const Menu = {
  buildFromTemplate: (template) => ({ template }) as unknown as Electron.Menu,
  setApplicationMenu: () => undefined,
} satisfies Pick<typeof Electron.Menu, 'buildFromTemplate' | 'setApplicationMenu'>;

export const contextBridge = {
  exposeInMainWorld: (name, api: unknown) => void seen.exposed.set(name, api),
} satisfies Pick<Electron.ContextBridge, 'exposeInMainWorld'>;

class IpcRendererDouble extends EventEmitter {
  /** Asks the handler of the main side as our own window's page would. */
  async invoke(channel: string, ...args: unknown[]): Promise<unknown> {
    seen.sent.push([channel, ...args]);
    return null;
  }
}
export const ipcRenderer = new IpcRendererDouble() satisfies Pick<Electron.IpcRenderer, 'invoke'>;

/** A session that remembers its guards. */
export class SessionDouble {
  permission: Parameters<Electron.Session['setPermissionRequestHandler']>[0] = null;
  check: Parameters<Electron.Session['setPermissionCheckHandler']>[0] = null;
  device: Parameters<Electron.Session['setDevicePermissionHandler']>[0] = null;
  beforeRequest: Any | null = null;

  setPermissionRequestHandler(handler: typeof this.permission): void {
    this.permission = handler;
  }
  setPermissionCheckHandler(handler: typeof this.check): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: typeof this.device): void {
    this.device = handler;
  }
  readonly webRequest = { onBeforeRequest: (listener: Any): void => void (this.beforeRequest = listener) };
}
SessionDouble satisfies new () => Pick<
  Electron.Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>;
