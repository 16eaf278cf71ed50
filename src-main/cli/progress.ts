/** One line on a terminal's stderr that says how far a long operation is, and leaves no trace. */
import type { StrataEvent } from '../contract/api.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import type { TextOut } from './io.ts';
import { fit } from './text-width.ts';

export interface ProgressLine {
  onEvent(event: StrataEvent): void;
  clear(): void;
}

export function progressLine(out: TextOut): ProgressLine {
  let shown = false;
  const clear = (): void => {
    if (shown) out.write('\r\u001b[K');
    shown = false;
  };
  return {
    clear,
    onEvent(event) {
      if (event.kind === 'finished') clear();
      if (event.kind !== 'progress') return;
      const { stage, done, total, files, diskBytes } = event.progress;
      const count = total === null ? '' : ` ${done} of ${total}`;
      const found = files === 0 ? '' : `, ${files.toLocaleString('en')} files, ≥ ${formatBytes(diskBytes)}`;
      out.write(`\r\u001b[K${fit(safeText(`${stage}${count}${found}`), 78, 'left').trimEnd()}`);
      shown = true;
    },
  };
}
