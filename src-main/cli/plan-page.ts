/** A plan, and what became of it, as pages for people. */
import { movesOnly, planEffect, receiptEffect, type Effect } from '../contract/effect.ts';
import type { Plan, PlanStep, Receipt } from '../contract/reclaim.ts';
import { formatBytes } from '../support/bytes.ts';
import { safeText } from '../support/safe-text.ts';
import { table, type Column } from './table.ts';
import { wrap } from './text-width.ts';

const KINDS: Readonly<Record<PlanStep['kind'], string>> = {
  'remove-container': 'remove container',
  untag: 'untag',
  'delete-image': 'delete image',
  'prune-cache': 'drop build cache',
  'remove-volume': 'remove volume',
  'quarantine-orphan': 'to quarantine',
};

export function planPage(plan: Plan, width: number): string {
  if (plan.steps.length === 0) return `Nothing goes.\n${staysPart(plan, width)}`;
  return [
    table(STEPS, plan.steps, width),
    '\n',
    totalPart(plan, width),
    targetPart(plan),
    lostPart(plan, width),
    staysPart(plan, width),
    unlocksPart(plan, width),
  ].join('');
}

/** What only moves is never in what is said to be freed. */
function totalPart(plan: Plan, width: number): string {
  const effect = planEffect(plan);
  const steps = plan.steps.length === 1 ? 'One step frees' : `${String(plan.steps.length)} steps free`;
  const freed = effect.onlyMoves ? '' : `${steps} ${bytesText(effect.frees)} on the disk.\n`;
  return freed + movedPart(effect, 'moves', width);
}

function movedPart({ moves }: Effect, verb: 'moves' | 'moved', width: number): string {
  if (moves === 0) return '';
  const text = `${bytesText(moves)} ${verb} to the quarantine on the same disk; a purge there frees it.`;
  return wrap(text.charAt(0).toUpperCase() + text.slice(1), width);
}

const STEPS: readonly Column<PlanStep>[] = [
  { title: 'Step', cell: (step) => KINDS[step.kind] },
  { title: 'What', shrinksTo: 16, cell: (step) => step.name },
  {
    title: 'Frees',
    align: 'right',
    cell: (step) => (step.kind === 'untag' ? '' : stepBytes(step, step.freesDiskBytes, 'moves')),
  },
  { title: 'Because', shrinksTo: 20, cell: (step) => step.because },
];

function targetPart({ target }: Plan): string {
  if (target === null) return '';
  const wanted = formatBytes(target.targetBytes);
  return target.reached
    ? `The target of ${wanted} is reached.\n`
    : `The target of ${wanted} can not be reached.\n`;
}

function lostPart({ lost }: Plan, width: number): string {
  if (lost.length === 0) return '';
  const lines = lost.map(
    (one) => `- ${one.name}: ${one.what}${one.bytes === null ? '' : `, ${formatBytes(one.bytes)} of files`}`,
  );
  return `\nCan not be had back:\n${lines.map((line) => wrap(safeText(line), width)).join('')}`;
}

function staysPart({ stays }: Plan, width: number): string {
  if (stays.length === 0) return '';
  return `\nStays:\n${stays.map((one) => wrap(safeText(`- ${one.name}: ${one.because}`), width)).join('')}`;
}

function unlocksPart({ unlocks }: Plan, width: number): string {
  if (unlocks.length === 0) return '';
  const lines = unlocks.map((one) => `- ${one.kind} ${one.name}: ${formatBytes(one.freesDiskBytes)} more`);
  return `\nAdd to free more:\n${lines.map((line) => wrap(safeText(line), width)).join('')}`;
}

export function receiptPage(receipt: Receipt, width: number): string {
  const rows = receipt.steps.map((step, at) => ({ step, outcome: receipt.outcomes[at] }));
  const parts = [
    table(
      [
        { title: 'Step', cell: ({ step }) => KINDS[step.kind] },
        { title: 'What', shrinksTo: 16, cell: ({ step }) => step.name },
        { title: 'Result', cell: ({ outcome }) => outcome?.result ?? '' },
        {
          title: 'Freed',
          align: 'right',
          cell: ({ step, outcome }) => stepBytes(step, outcome?.freedDiskBytes ?? null, 'moved'),
        },
        { title: 'Why', shrinksTo: 10, cell: ({ outcome }) => outcome?.message ?? '' },
      ],
      rows,
      width,
    ),
    '\n',
    keptPart(receipt),
    movedPart(receiptEffect(receipt), 'moved', width),
  ];
  if (receipt.message !== null) parts.push(wrap(safeText(receipt.message), width));
  if (receipt.pulls.length > 0)
    parts.push(`To have it back:\n${receipt.pulls.map((line) => `  ${safeText(line)}\n`).join('')}`);
  for (const { path, bytes } of receipt.backups)
    parts.push(`Backup: ${safeText(path)}, ${formatBytes(bytes)}\n`);
  return parts.join('');
}

function keptPart(receipt: Receipt): string {
  const effect = receiptEffect(receipt);
  if (effect.onlyMoves) return '';
  const promised = planEffect({ steps: receipt.steps, freesDiskBytes: receipt.promisedDiskBytes });
  const atLeast = receipt.freedAtLeastDiskBytes;
  const freed =
    effect.frees !== null
      ? `${bytesText(effect.frees)} (measured)`
      : `${atLeast > 0 ? `at least ${bytesText(atLeast)}` : bytesText(null)} (not measured for every step)`;
  return `Promised ${bytesText(promised.frees)}, freed ${freed}.\n`;
}

function stepBytes(step: PlanStep, bytes: number | null, verb: 'moves' | 'moved'): string {
  return movesOnly(step) && bytes !== null ? `${verb} ${formatBytes(bytes)}` : formatBytes(bytes);
}

/** To the byte: a promise is checked to the byte. */
function bytesText(bytes: number | null): string {
  return bytes === null
    ? 'an unmeasured amount'
    : `${formatBytes(bytes)} (${bytes.toLocaleString('en')} bytes)`;
}
