import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, sourceFiles } from './source-files.ts'

// The repository speaks of the product alone, and reads the same on every machine.

interface Ban {
  readonly what: RegExp
  readonly why: string
  /** Only files that begin so; all when left out. */
  readonly in?: RegExp
  readonly except?: RegExp
}

const vectors = /^fixtures\/vectors\/rfc/
const bans: readonly Ban[] = [
  {
    what: /(?<![\w.])\/(?:work|tmp|root|home|Users|mnt|opt)\/[\w.-]+/,
    why: 'a path of one machine; take node:os tmpdir() or a path relative to the repository',
    except: /^(?:checks\/repository-text\.(?:test\.)?ts|fixtures\/vectors\/rfc.*)$/,
  },
  { what: /\b[A-Z]:\\\\?Users\\/, why: 'a path of one machine', except: vectors },
  {
    what: /"resolved":/,
    why: 'the host of a registry; npm writes none with .npmrc as it is',
    in: /^package-lock\.json$/,
  },
  { what: /registry\s*=/, why: 'a registry is chosen by whoever installs', in: /npmrc$/ },
  { what: /https?:\/\/[\w.-]*\bregistry\b[\w.-]*/, why: 'the host of a registry', except: /^checks\// },
  {
    what: /\b(?:TODO|FIXME|XXX|HACK)\b/,
    why: 'unfinished work is an issue, not a comment',
    except: /^checks\/repository/,
  },
  {
    what: /\b(?:test|it|describe)\.only\b/,
    why: 'all other tests would not run',
    in: /\.ts$/,
    except: /^checks\/repos/,
  },
  {
    what: /[\u202A-\u202E\u2066-\u2069\uFEFF]/,
    why: 'an invisible character that changes how the text reads',
    except: vectors,
  },
  { what: /\r/, why: 'a carriage return; lines end with a line feed', except: /^fixtures\/vectors\// },
]

const binary = /\.(?:png|jpg|ico|woff2?|pcapng|pcap)$/
const files = sourceFiles().filter((file) => !binary.test(file))

/** The first place of each ban in a file. */
const problemsIn = (file: string, text: string): readonly string[] =>
  bans
    .filter((ban) => (ban.in?.test(file) ?? true) && !(ban.except?.test(file) ?? false))
    .flatMap(({ what, why }) => {
      const found = what.exec(text)
      if (!found) return []
      const line = text.slice(0, found.index).split('\n').length
      return [`${file}:${line}: ${JSON.stringify(found[0])}: ${why}`]
    })

const problems = files.flatMap((file) => problemsIn(file, readFileSync(join(root, file), 'utf8')))
for (const problem of problems) console.error(problem)
if (problems.length === 0) console.log(`${files.length} files speak of the product alone`)
process.exitCode = problems.length > 0 ? 1 : 0
