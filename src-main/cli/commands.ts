/** Every command of the terminal contract. A new one is a file that adds itself, named here. */
import type { AddCommands } from './frame.ts';
import { addApply } from './apply.ts';
import { addCheck } from './check.ts';
import { addCompare, addDiff } from './diff.ts';
import { addDoctor } from './doctor.ts';
import { addDuplicates } from './duplicates.ts';
import { addFiles } from './files.ts';
import { addHistory } from './history.ts';
import { addInspect } from './inspect.ts';
import { addPins } from './pins.ts';
import { addPlan } from './plan.ts';
import { addQuarantine } from './quarantine.ts';
import { addScan } from './scan.ts';
import { addSecrets } from './secrets.ts';
import { addServe } from './serve.ts';
import { addTables } from './tables.ts';
import { addWhy } from './why.ts';

export const COMMANDS: readonly AddCommands[] = [
  addScan,
  addTables,
  addInspect,
  addFiles,
  addDiff,
  addCompare,
  addDuplicates,
  addWhy,
  addPlan,
  addApply,
  addPins,
  addQuarantine,
  addHistory,
  addSecrets,
  addCheck,
  addServe,
  addDoctor,
];
