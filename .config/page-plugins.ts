/** What keeps the page small: icons as one path each, short names of scoped styles. */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

type Shape = readonly [tag: string, attributes: Readonly<Record<string, string>>];

const LUCIDE = /@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/;

/** An icon is 20 lines of settings nobody uses here around one drawing: it becomes `components/Icon.svelte` with a path. */
export function plainIcons(iconComponent: string): Plugin {
  return {
    name: 'strata:plain-icons',
    enforce: 'pre',
    load(id) {
      if (!LUCIDE.test(id)) return null;
      const data = /const iconData = (\{.*\});/.exec(readFileSync(id, 'utf8'))?.[1];
      if (data === undefined) throw new Error(`${id} is no longer written as this plugin knows it`);
      const { node } = JSON.parse(data) as { node: readonly Shape[] };
      const d = node.map(pathOf).join('');
      return `<script>import Icon from ${JSON.stringify(iconComponent)};</script><Icon d=${JSON.stringify(d)} />`;
    },
  };
}

function pathOf([shape, a]: Shape): string {
  const n = (name: string, otherwise?: string): number => Number(a[name] ?? otherwise ?? 0);
  switch (shape) {
    case 'path':
      return startingAnew(a['d'] ?? '');
    case 'circle':
    case 'ellipse': {
      const rx = n(shape === 'circle' ? 'r' : 'rx');
      const ry = n(shape === 'circle' ? 'r' : 'ry');
      return `M${n('cx') - rx} ${n('cy')}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`;
    }
    case 'rect': {
      const r = n('rx', a['ry']);
      const w = n('width') - 2 * r;
      const h = n('height') - 2 * r;
      const turn = (x: number, y: number): string => (r === 0 ? '' : `a${r} ${r} 0 0 1 ${x} ${y}`);
      return `M${n('x') + r} ${n('y')}h${w}${turn(r, r)}v${h}${turn(-r, r)}h${-w}${turn(-r, -r)}v${-h}${turn(r, -r)}z`;
    }
    default:
      throw new Error(`an icon is drawn with a <${shape}>, which is not made into a path yet`);
  }
}

/** A path's first `m` counts from the corner of the drawing; behind another path it would count from that one's end. */
function startingAnew(d: string): string {
  const number = String.raw`-?\d*\.?\d+`;
  const first = new RegExp(`^m\\s*(${number})[\\s,]*(${number})\\s*(.*)$`).exec(d);
  if (!first) return d;
  const [, x, y, rest = ''] = first;
  return `M${x} ${y}${/^[-.\d]/.test(rest) ? 'l' : ''}${rest}`;
}

/** For the compiler's `cssHash`: five characters in some 600 places; the build stops when two files get the same. */
export function shortCssHash(): (of: { hash: (text: string) => string; filename: string }) => string {
  const owners = new Map<string, string>();
  return ({ hash, filename }) => {
    const name = `s${hash(filename).slice(0, 4)}`;
    const owner = owners.get(name) ?? filename;
    if (owner !== filename) throw new Error(`${owner} and ${filename} would both be styled as ${name}`);
    owners.set(name, filename);
    return name;
  };
}
