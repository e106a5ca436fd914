import { oneLine } from './read-configuration.ts'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EEXIST: 'a file has that name',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such directory',
  ENOSPC: 'no space left on the device',
  ENOTDIR: 'a file stands where a directory would have to',
  EPERM: 'the system does not permit it',
  EROFS: 'the file system is read-only',
}

/** Why a file or directory could not be made, in a few words. */
export const fileProblem = (problem: unknown): string =>
  reasons[(problem as NodeJS.ErrnoException | undefined)?.code ?? ''] ?? oneLine(problem)
