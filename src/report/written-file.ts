import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What a renderer yields: text or octets, in pieces. */
export type Pieces = Iterable<string | Uint8Array>

/**
 * Writes a file whole or not at all: beside its place first, then renamed. On a refusal the unfinished file is
 * removed and one error says which file, why, and that the record itself is kept.
 */
export function writeWhole(path: string, pieces: Pieces): void {
  const beside = `${path}.unfinished`
  let descriptor: number | undefined
  try {
    mkdirSync(dirname(path), { recursive: true })
    descriptor = openSync(beside, 'w')
    for (const piece of pieces) {
      const octets = typeof piece === 'string' ? Buffer.from(piece) : piece
      for (let done = 0; done < octets.length;) done += writeSync(descriptor, octets.subarray(done))
    }
    closeSync(descriptor)
    descriptor = undefined
    renameSync(beside, path)
  } catch (problem) {
    if (descriptor !== undefined) closeSync(descriptor)
    rmSync(beside, { force: true })
    const code = (problem as NodeJS.ErrnoException).code
    if (code === undefined) throw problem
    const why = code === 'ENOSPC' ? 'no space left on the device' : code
    throw new Error(
      `cannot write ${path}: ${why}; events.ndjson keeps all that was recorded, make room and render again`,
      {
        cause: problem,
      },
    )
  }
}

/** Writes the files of a folder, then takes out what an earlier rendering left there. */
export function writeFolder(folder: string, files: Iterable<{ readonly name: string; readonly pieces: Pieces }>): void {
  const written = new Set<string>()
  mkdirSync(folder, { recursive: true })
  for (const { name, pieces } of files) {
    writeWhole(join(folder, name), pieces)
    written.add(name)
  }
  for (const name of readdirSync(folder)) if (!written.has(name)) rmSync(join(folder, name), { recursive: true })
}

/** A file name for anything: what is unusual becomes `-`, and a digest keeps two names apart when that changed them. */
export function safeName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9._@~+-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 120)
  if (plain === name && plain !== '') return name
  return `${plain || 'case'}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
