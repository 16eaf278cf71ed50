/** Layers that this process asked for or stored a moment ago: a rescan in a running Strata asks no other thread. */
import type { LayerKey, LayerMemory, RememberedLayer } from '../sources/scan/memory.ts';

/** Then the database is asked again: it has to learn that the layer is still in use. */
const FRESH_MS = 3_600_000;

interface Fresh {
  readonly identity: string;
  readonly layer: RememberedLayer;
  readonly atMs: number;
}

export function withFreshLayers(
  memory: LayerMemory,
  now: () => number = () => performance.now(),
): LayerMemory {
  const fresh = new Map<string, Fresh>();
  const keep = ({ path, identity }: LayerKey, layer: RememberedLayer): void => {
    fresh.set(path, { identity, layer, atMs: now() });
  };
  const freshOf = ({ path, identity }: LayerKey): RememberedLayer | null => {
    const known = fresh.get(path);
    return known?.identity === identity && now() - known.atMs < FRESH_MS ? known.layer : null;
  };

  return {
    async lookup(keys) {
      const found = keys.map(freshOf);
      const asked = keys.filter((_, at) => found[at] === null);
      if (asked.length === 0) return found;
      const answers = await memory.lookup(asked);
      asked.forEach((key, at) => {
        const layer = answers[at];
        if (layer) keep(key, layer);
        else fresh.delete(key.path);
      });
      let next = 0;
      return found.map((layer) => layer ?? answers[next++] ?? null);
    },
    async store(layers) {
      await memory.store(layers);
      for (const layer of layers) keep(layer, { totals: layer.totals, shared: layer.shared });
    },
  };
}
