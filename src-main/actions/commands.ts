/** The plan as commands for people who rather type them. Without force, each refuses what the plan would refuse. PURE. */
import type { Plan, PlanStep } from '../contract/reclaim.ts';

/** One line each, words quoted for a POSIX shell. What the docker client can't do is a comment. */
export function dockerCommands(plan: Plan): readonly string[] {
  return plan.steps.map(commandFor);
}

/**
 * The API's `noprune` has a flag in the client, so the parents stay until their own line.
 * A build-cache record can't be named to every builder: the engine's own filter takes an id.
 */
function commandFor(step: PlanStep): string {
  switch (step.kind) {
    case 'remove-container':
      return `docker container rm ${quote(step.target)}`;
    case 'untag':
      return `docker image rm --no-prune ${quote(step.target)}`;
    case 'delete-image':
      return `docker image rm --no-prune ${quote(step.target)}`;
    case 'prune-cache':
      return `docker builder prune --force --all --filter ${quote(`id=${step.target}`)}`;
    case 'remove-volume':
      return `docker volume rm ${quote(step.target)}`;
    case 'quarantine-orphan':
      return `# ${step.target.replaceAll(/[\r\n]/g, ' ')}: no docker command removes it; stop the engine, then move the folder away`;
    default:
      return step.kind satisfies never;
  }
}

/** As it is when nothing in it means anything to a shell, else in single quotes. */
export function quote(word: string): string {
  return /^[a-zA-Z0-9_@%+=:,./-]+$/.test(word) && !word.startsWith('-')
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
