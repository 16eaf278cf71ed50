/** Right before a step: is the world still the one it was planned for? The engine is asked again, names only. */
import type { PlanStep } from '../contract/reclaim.ts';
import type { EngineRecords } from '../sources/engine/records.ts';
import type { StoreSnapshot } from '../model/store.ts';
import { isStopped, itemKey } from './items.ts';
import { referencesToUntag } from './order.ts';

/** Null when all is as planned, else what is different. `planned`: the store when the apply began. */
export function surpriseAt(step: PlanStep, planned: StoreSnapshot, now: EngineRecords): string | null {
  if (now.images === null || now.containers === null)
    return 'the engine does not list its images and containers';
  switch (step.kind) {
    case 'remove-container': {
      const container = now.containers.find((one) => one.id === step.target);
      if (container === undefined) return 'the container is gone already';
      return isStopped(container) ? null : `the container is ${container.state} now`;
    }
    case 'untag': {
      const was = planned.images.find((one) => [...one.tags, ...one.digests].includes(step.target));
      const is = now.images.find((one) => [...one.tags, ...one.digests].includes(step.target));
      if (is === undefined) return 'the name is gone already';
      if (is.id !== was?.id) return `the name is another image's now: ${is.id}`;
      const last = is.tags.every((tag) => tag === step.target);
      const onlyTheName = step.item.startsWith(itemKey('tag', ''));
      return onlyTheName && last
        ? 'it is the last name of its image now: without it the image would go'
        : null;
    }
    case 'delete-image':
      return imageSurprise(step.target, planned, now);
    case 'remove-volume': {
      const user = now.containers.find((one) => one.mounts.some((mount) => mount.name === step.target));
      if (user !== undefined) return `the container ${user.name} uses it now`;
      const there = now.volumes?.some((volume) => volume.name === step.target);
      return there === true ? null : 'the volume is gone already';
    }
    case 'prune-cache': // the engine keeps a record in use and says so
    case 'quarantine-orphan': // proven again where it is moved
      return null;
    default:
      return step.kind satisfies never;
  }
}

function imageSurprise(id: string, planned: StoreSnapshot, now: EngineRecords): string | null {
  const was = planned.images.find((one) => one.id === id);
  const is = now.images?.find((one) => one.id === id);
  if (was === undefined || is === undefined) return 'the image is gone already';
  const untagged = new Set(referencesToUntag(was));
  const expected = was.tags.filter((tag) => !untagged.has(tag));
  const extra = is.tags.find((tag) => !expected.includes(tag));
  if (extra !== undefined) return `the image has a new name: ${extra}`;
  const missing = expected.find((tag) => !is.tags.includes(tag));
  if (missing !== undefined) return `its name ${missing} is gone`;
  const user = now.containers?.find((one) => one.imageId === id);
  if (user !== undefined) return `the container ${user.name} was created from it meanwhile`;
  const child = now.images?.find((one) => one.parentId === id);
  return child === undefined ? null : `the image ${child.tags[0] ?? child.id} was built on it meanwhile`;
}
