import { safeShort } from '../lib/safe-text.ts';
import { HATCH_STEP, HUES } from './hues.ts';
import { hatchOf, type Mark } from './mark.ts';

interface Paints {
  readonly solid: ReadonlyMap<string, string | CanvasPattern>;
  readonly text: string;
}

export interface Emphasis {
  readonly selected: string | null;
  readonly going: ReadonlySet<string>;
  /** Only these are at full strength; null lights all. */
  readonly lit: ReadonlySet<string> | null;
}

/** Draws the marks as the SVG does, for pictures with too many of them. `host` gives the colours in force. */
export function paintMarks(
  canvas: HTMLCanvasElement,
  host: HTMLElement,
  marks: readonly Mark[],
  emphasis: Emphasis,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const paints = paintsOf(context, host);
  context.font = "11px 'Inter Variable', sans-serif";
  context.textBaseline = 'top';
  for (const mark of marks) {
    const going = emphasis.going.has(mark.key);
    const gap = mark.width > 3 && mark.height > 3 ? 1 : 0;
    context.globalAlpha = emphasis.lit === null || emphasis.lit.has(mark.key) ? 1 : 0.25;
    context.fillStyle =
      paints.solid.get(`${going ? 'goes' : mark.hue}-${hatchOf(mark.users)}`) ?? paints.text;
    context.fillRect(mark.x, mark.y, Math.max(mark.width - gap, 0.5), Math.max(mark.height - gap, 0.5));
    if (mark.width > 48 && mark.height > 15) {
      context.fillStyle = paints.text;
      context.fillText(safeShort(mark.label, Math.floor((mark.width - 8) / 6)), mark.x + 4, mark.y + 3);
    }
  }
  const selected = marks.find((mark) => mark.key === emphasis.selected);
  if (!selected) return;
  context.globalAlpha = 1;
  context.strokeStyle = paints.text;
  context.lineWidth = 2;
  context.strokeRect(
    selected.x + 1,
    selected.y + 1,
    Math.max(selected.width - 2, 1),
    Math.max(selected.height - 2, 1),
  );
}

let last: { readonly colours: string; readonly paints: Paints } | null = null;

/** Asking the styles and making the hatches takes longer than drawing thousands of marks: once per theme. */
function paintsOf(context: CanvasRenderingContext2D, host: HTMLElement): Paints {
  const style = getComputedStyle(host);
  const colours = ['--text', '--ground', '--running'].map((name) => style.getPropertyValue(name)).join();
  if (last?.colours !== colours) last = { colours, paints: readPaints(context, host) };
  return last.paints;
}

function readPaints(context: CanvasRenderingContext2D, host: HTMLElement): Paints {
  const solid = new Map<string, string | CanvasPattern>();
  const probe = document.createElement('span');
  host.append(probe);
  const colour = (value: string): string => {
    probe.style.backgroundColor = value;
    return getComputedStyle(probe).backgroundColor;
  };
  for (const hue of HUES) {
    probe.className = `hue-${hue} marks-probe`;
    const [fill, under, line] = ['var(--mark)', 'var(--mark-shared)', 'var(--mark-line)'].map(colour);
    solid.set(`${hue}-0`, fill ?? '');
    for (const level of [1, 2, 3] as const) {
      const pattern = hatch(context, { step: HATCH_STEP[level], under: under ?? '', line: line ?? '' });
      if (pattern) solid.set(`${hue}-${level}`, pattern);
    }
  }
  const text = colour('var(--text)');
  probe.remove();
  return { solid, text };
}

function hatch(
  context: CanvasRenderingContext2D,
  { step, under, line }: { step: number; under: string; line: string },
): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = step;
  tile.height = step;
  const brush = tile.getContext('2d');
  if (!brush) return null;
  brush.fillStyle = under;
  brush.fillRect(0, 0, step, step);
  brush.fillStyle = line;
  brush.fillRect(0, 0, 2, step);
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().rotate(45));
  return pattern;
}
