import { fieldOf } from '#verdict'
import type { FuzzCase } from './case.ts'
import type { Complaint } from './oracle.ts'

/** What makes two findings the same: oracle, clause, what is wrong, and where. */
export const signatureOf = ({ scenario, edits, ops }: FuzzCase, { oracle, clause, what }: Complaint): string =>
  namesItself.test(what)
    ? [oracle, clause, what, scenario].join(' | ')
    : [
        oracle,
        clause,
        what,
        scenario,
        ...[
          ...new Set([...edits.map(({ path }) => areaOf(path)), ...ops.map(({ op, at }) => `${op} at ${at}`)]),
        ].toSorted(),
      ].join(' | ')

/** What is broken stands in the words, wherever in the message it was broken; so does where a program failed, if it says so. */
const namesItself = /in spite of|to be refused|no longer serves.*Error\b/

/** The header field or element that is concerned, not which part of it. */
export const areaOf = (path: string): string => fieldOf(path).replace(/^([A-Z][\w-]*)\..*$/, '$1')

/** Whether fewer edits, at the same places, have already brought the same complaint about: then more of them say nothing new. */
export const isContained = (
  one: FuzzCase,
  { oracle, what }: Complaint,
  known: { readonly one: FuzzCase; readonly complaint: Complaint },
): boolean =>
  known.one.edits.length > 0 &&
  known.one.edits.length < one.edits.length &&
  known.one.ops.length <= one.ops.length &&
  known.one.scenario === one.scenario &&
  known.complaint.oracle === oracle &&
  known.complaint.what === what &&
  known.one.edits.every(({ path }) => one.edits.some((other) => areaOf(other.path) === areaOf(path)))
