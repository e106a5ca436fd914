import { isMessage, type Flow, type Step } from '#flow'
import { seatOf } from './project.ts'

/** A moment of a flow at which a peer of the roles under test may be lost: right after a step, to which it is a party. */
export interface CrashPoint {
  readonly after: string
  /** The role of the tester that is lost. */
  readonly peer: string
}

/** A step after which nothing can be lost that is seen from here. */
export interface UnseenStep {
  readonly step: string
  readonly why: string
}

/** Every step of a flow, as a moment at which a peer is lost or as one that is not seen. */
export function crashPointsOf(
  flow: Flow,
  sut: readonly string[],
): { readonly points: readonly CrashPoint[]; readonly unseen: readonly UnseenStep[] } {
  const inOrder = flow.steps.flatMap((step): readonly Step[] => (step.act.act === 'anyOrder' ? step.act.steps : [step]))
  const points: CrashPoint[] = []
  const unseen: UnseenStep[] = []
  for (const { step, act } of inOrder) {
    const seat = seatOf(act, sut)
    const at = (peer: string): void => void points.push({ after: step, peer })
    if (isMessage(act) && seat === 'tester-sends') at(act.from)
    else if (isMessage(act) && seat === 'sut-sends') at(act.to)
    else if (act.act === 'media' && seat === 'at-sut') for (const peer of endsOf(act.path, sut)) at(peer)
    else unseen.push({ step, why: reasons[seat] })
  }
  return { points, unseen }
}

const reasons = {
  'within-tester': 'among the roles that the tester plays',
  'at-tester': 'at a role that the tester plays',
  'within-sut': 'inside the system under test',
  'at-sut': 'inside the system under test, between the message before it and the message after it',
  'tester-sends': '',
  'sut-sends': '',
  group: '',
} as const

/** Who stands before and after the roles under test on a path. */
const endsOf = (path: readonly string[], sut: readonly string[]): readonly string[] =>
  [path[path.findIndex((role) => sut.includes(role)) - 1], path[path.findLastIndex((role) => sut.includes(role)) + 1]]
    .filter((role) => role !== undefined)
    .filter((role, index, all) => all.indexOf(role) === index)
