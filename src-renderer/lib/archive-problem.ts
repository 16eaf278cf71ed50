import type { ErrorCode } from '../../src-main/contract/errors.ts';

export interface ArchiveProblem {
  readonly title: string;
  readonly next: string;
  readonly command: string | null;
}

const SAVE = 'docker save IMAGE -o image.tar';

/** What is wrong with an archive as a whole, and what to do next. */
export function archiveProblem(code: ErrorCode): ArchiveProblem {
  switch (code) {
    case 'not-found':
      return {
        title: 'The archive is not there.',
        next: 'Put it back, or start Strata with the path of another one.',
        command: 'strata serve --archive image.tar',
      };
    case 'no-permission':
      return {
        title: 'The archive may not be read.',
        next: 'Let this user read it, then open it again.',
        command: null,
      };
    case 'unsupported':
      return {
        title: 'This is no image archive.',
        next: 'Strata opens what docker save writes, and OCI layouts: a tar file or a folder.',
        command: SAVE,
      };
    default:
      return {
        title: 'The archive can’t be read.',
        next: 'It is damaged or not complete. Copy or save it again, then open it again.',
        command: SAVE,
      };
  }
}
