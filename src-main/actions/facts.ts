/**
 * What a plan stands on, one fact a line: `subject<TAB>what<TAB>value`. The same lines from a fresh look mean that the
 * plan still says the truth; a line that differs is what changed. PURE.
 */
import type { World } from './items.ts';

export interface StepFact {
  readonly kind: string;
  readonly target: string;
  readonly item: string;
  readonly freesDiskBytes: number | null;
}

/** In the order of the steps, which is a fact itself. */
export function factsOf(steps: readonly StepFact[], world: World): readonly string[] {
  const lines: string[] = [];
  const about = factsAbout(world);
  for (const item of new Set(steps.map((step) => step.item))) lines.push(...about(item));
  steps.forEach((step, index) => {
    const frees = step.freesDiskBytes === null ? 'not measured' : `${String(step.freesDiskBytes)} bytes`;
    lines.push(line(`step ${String(index + 1)}`, `${step.kind} ${step.target} frees`, frees));
  });
  return lines;
}

function factsAbout(world: World): (item: string) => string[] {
  const { find } = world;
  return (item) => {
    const id = item.slice(item.indexOf(':') + 1);
    const fact = (what: string, value: string | readonly string[]): string =>
      line(item, what, typeof value === 'string' ? value : [...value].sort().join(' '));
    switch (item.slice(0, item.indexOf(':'))) {
      case 'image': {
        const image = find.image.get(id);
        if (image === undefined) return [fact('is', 'gone')];
        return [
          fact('tags', image.tags),
          fact('digests', image.digests),
          fact('parent', image.parentId ?? ''),
          fact(
            'child images',
            (find.childrenOf.get(id) ?? []).map((child) => child.id),
          ),
          fact(
            'containers',
            (find.containersOf.get(id) ?? []).map((container) => container.id),
          ),
        ];
      }
      case 'tag':
        return [fact('names', find.imageByName.get(id)?.id ?? 'nothing')];
      case 'container':
        return containerFacts(id, world, fact);
      case 'build-cache': {
        const record = find.record.get(id);
        if (record === undefined) return [fact('is', 'gone')];
        return [fact('in use', String(record.inUse)), fact('times used', String(record.usageCount))];
      }
      case 'volume': {
        const volume = find.volume.get(id);
        return volume === undefined ? [fact('is', 'gone')] : [fact('containers', volume.containers)];
      }
      default: {
        const orphan = find.orphan.get(id);
        return orphan === undefined
          ? [fact('is', 'no orphan')]
          : [fact('modified', String(orphan.folder.modifiedMs))];
      }
    }
  };
}

/** Every `name@sha256:…` of the images that a plan removes. */
export function digestsIn(facts: readonly string[]): readonly string[] {
  const named = facts.map((one) => one.split('\t')).filter(([, what]) => what === 'digests');
  return named.flatMap(([, , value]) => (value ?? '').split(' ').filter((name) => name !== ''));
}

type Fact = (what: string, value: string) => string;

function containerFacts(id: string, { find }: World, fact: Fact): string[] {
  const container = find.container.get(id);
  if (container === undefined) return [fact('is', 'gone')];
  return [
    fact('state', container.state),
    fact('name', container.name),
    fact('image', container.imageId ?? ''),
    fact('ended', String(container.finishedAtMs)),
  ];
}

function line(subject: string, what: string, value: string): string {
  return [subject, what, value].map((part) => part.replaceAll(/[\t\n\r]/g, ' ')).join('\t');
}

/** What changed between two looks, in words; at most `limit` lines. Bytes last: they follow from the rest. */
export function differences(
  before: readonly string[],
  now: readonly string[],
  limit = 20,
): readonly string[] {
  const split = (one: string): readonly [string, string] => {
    const tab = one.lastIndexOf('\t');
    return [one.slice(0, tab).replace('\t', ': '), one.slice(tab + 1)];
  };
  const was = new Map(before.map(split));
  const is = new Map(now.map(split));
  const changes: string[] = [];
  for (const [key, value] of was) {
    const current = is.get(key);
    if (current !== value)
      changes.push(`${key}: was ${value || 'none'}, is ${(current ?? 'gone') || 'none'}`);
  }
  for (const [key, value] of is) if (!was.has(key)) changes.push(`${key}: new: ${value || 'none'}`);
  changes.sort((a, b) => Number(a.startsWith('step ')) - Number(b.startsWith('step ')));
  const more = changes.length - limit;
  return more > 0 ? [...changes.slice(0, limit), `and ${String(more)} more`] : changes;
}
