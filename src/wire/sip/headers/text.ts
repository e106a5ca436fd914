import { unfolded } from '../grammar.ts'
import { type Family, one } from '../header-family.ts'
import { error } from '../rule.ts'

const malformed = error('text-malformed', 'RFC 3261 25.1')

/** TEXT-UTF8 as it came: Subject, Organization (RFC 3261 20.36, 20.25), Identity, and what has no grammar worth a reader. */
export const text = (clause: string): Family<string> =>
  one(clause, {
    value(source, start, end) {
      source.at = end
      source.passed = true
      return source.judging ? '' : unfolded(source.cut(start, end))
    },
    malformed,
    cuts: true,
    write: (value) => value,
  })
