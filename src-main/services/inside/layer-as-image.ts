import { shortId } from '../../model/ids.ts';
import type { InsideImage } from './image-trees.ts';

/** The hex digits that a ChainID begins with; undefined when the text is none. */
export function chainIdBeginning(name: string): string | undefined {
  return /^(?:sha256:)?([0-9a-f]{8,64})$/.exec(name)?.[1];
}

/** A layer by its ChainID alone: the image that carries it, cut above it. Undefined when none or several begin so. */
export function layerAsImage(
  images: readonly InsideImage[],
  beginning: string | undefined,
): InsideImage | undefined {
  if (beginning === undefined) return undefined;
  const fits = `sha256:${beginning}`;
  const carrier = images.find(({ chain }) => chain.some((chainId) => chainId.startsWith(fits)));
  const chainId = carrier?.chain.find((one) => one.startsWith(fits));
  if (carrier === undefined || chainId === undefined) return undefined;
  const others = images.some(({ chain }) => chain.some((one) => one !== chainId && one.startsWith(fits)));
  if (others) return undefined;
  const chain = carrier.chain.slice(0, carrier.chain.indexOf(chainId) + 1);
  const { id, history } = carrier;
  return { id, name: `layer ${shortId(chainId)}`, chain, history, env: [], labels: {}, isLayer: true };
}
