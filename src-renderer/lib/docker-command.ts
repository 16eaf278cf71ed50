import type { Ref } from './ref.ts';

/** One argument in POSIX single quotes; null for what a terminal could act on when it is pasted. */
export function posixQuote(argument: string): string | null {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(argument)) return null;
  return /^[\w@%+=:,./-]+$/u.test(argument) && !argument.startsWith('-')
    ? argument
    : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** The docker command that shows the thing. Copying never hands out one that deletes; null when there is none. */
export function inspectCommand(ref: Ref): string | null {
  const quoted = posixQuote(ref.id);
  if (quoted === null) return null;
  switch (ref.kind) {
    case 'image':
      return `docker image inspect ${quoted}`;
    case 'container':
      return `docker container inspect --size ${quoted}`;
    case 'volume':
      return `docker volume inspect ${quoted}`;
    case 'build-cache':
      return `docker buildx du --verbose --filter id=${quoted}`;
    case 'layer':
    case 'group':
    case 'orphan':
      return null;
    default:
      return ref.kind satisfies never;
  }
}
