/** What goes wrong when files are written, for people; other errors in the system's own words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the file system is read-only',
  EEXIST: 'something is there already, and it is not overwritten',
  EPIPE: 'whoever read it has gone',
  ENOENT: 'its folder is not there',
  ENOTDIR: 'a part of its path is no folder',
  ELOOP: 'a part of its path is a link',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long here',
};

export function systemWords(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return (code !== undefined && WORDS[code]) || message;
}
