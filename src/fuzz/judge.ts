import { headerValue, statusOf } from '#wire/sip'
import type { Observation } from './observation.ts'
import { type Complaint, type Oracle, type Played } from './oracle.ts'
import { answerClass, onlyOnce } from './oracles/answer-class.ts'
import { answerLegality } from './oracles/answer-legality.ts'
import { answeredAgain, besideTheFlow, nothingStands, notGranted, sameAgain } from './oracles/operations.ts'
import { wellFormed } from './oracles/well-formed.ts'
import { lures } from './oracles/lures.ts'
import { leaks, legLegality, order, otherLegs } from './oracles/other-legs.ts'

/** The ladder, cheap oracles first. */
const oracles: readonly Oracle[] = [
  answerLegality,
  answerClass,
  wellFormed,
  onlyOnce,
  sameAgain,
  otherLegs,
  order,
  notGranted,
  nothingStands,
  besideTheFlow,
  answeredAgain,
  legLegality,
  leaks,
  lures,
]

/** What the oracles say of an execution. */
export function judge(played: Played): readonly Complaint[] {
  const found: Complaint[] = []
  // Most say nothing: to flatten what they say would cost more than many of them do.
  for (const oracle of oracles) for (const one of oracle(played)) found.push(one)
  return found
}

/** The class of an answer, for coverage and for guidance. */
export function answerClassOf({ finals, silent, legs }: Observation): string {
  const [first] = finals
  const said = silent || first === undefined ? 'silent' : String(statusOf(first))
  const warning = first === undefined ? undefined : headerValue(first, 'Warning')?.text
  return `${said}${warning === undefined ? '' : ` ${warning.slice(0, 3)}`}${legs.length > 0 ? ` ${legs.length} legs` : ''}`
}
