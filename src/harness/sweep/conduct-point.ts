import { setTimeout } from 'node:timers/promises'
import type { ArrivalProblem, Crash, FindingDraft } from '#play'
import { verdictOfCase, type Finding, type Phase, type Verdict } from '#verdict'
import type { PlannedCase, PlannedCrash } from '../case-plan.ts'
import { playPart, type PartOptions } from '../play-part.ts'
import { asWritten, playSanity } from '../sanity.ts'
import type { CaseLine } from '../tester/case-line.ts'
import { judgeRemains, judgeRinging } from '../tester/remains.ts'
import type { Lane } from '../tester/severance.ts'
import { createTurnstile } from '../turnstile.ts'
import { flowRoles, type FlowRole } from '../world/functional-entity.ts'
import type { Gathering } from './gathering.ts'
import type { Permits } from './permits.ts'

/** What is judged of the end state, by the name it has in the table. */
type Judged = 'end state' | 'serves another user' | 'serves the same user'

/** What became of a moment at which a peer was lost. */
export interface Swept {
  /** Whether the flow came so far. */
  readonly reached: boolean
  /** What was asked of the end state. */
  readonly judged: readonly string[]
  /** What was not as it has to be, each with the first thing that was wrong. */
  readonly fell: readonly { readonly what: Judged | 'session'; readonly why: string }[]
  /** Why it was not reached. */
  readonly why: readonly string[]
}

/** What a flow does without any disturbance. */
export interface Undisturbed {
  /** The same user can do it again. */
  readonly again: boolean
  /** Roles whose sessions the system under test forgets without BYE. */
  readonly forgets: ReadonlySet<string>
}

interface PointOptions extends PartOptions, Undisturbed {
  /** Why the system under test is no longer there. */
  gone(): string | undefined
  /** Taken by whoever plays, and not by who waits. */
  readonly permits: Permits
}

/** Plays a flow up to the moment, loses the peer together with the others of the round, and judges what is left. */
export async function conductPoint(options: PointOptions, planned: PlannedCase, gathering: Gathering): Promise<Swept> {
  const { at, tell, permits } = options
  const { crash } = planned
  if (!crash) throw new RangeError(`${planned.id} is no moment of a flow`)
  await permits.take()
  const began = at()
  tell({ event: 'case-started', case: planned.id, at: began })
  const turnstile = createTurnstile()
  const sent = new Set<string>()
  const phases: Record<Phase, Verdict> = { preamble: 'none', body: 'none', postamble: 'none' }
  const body: Finding[] = []
  let [lost, first] = [false, '']
  const happens = async (line: CaseLine): Promise<readonly FindingDraft[]> => {
    silence(line, crash)
    permits.give()
    await gathering.arrive()
    await permits.take()
    const lostFloor = crash.disturbance === 'sut-restarts' ? undefined : line.media
    const floor = lostFloor?.heardOfLoss(crash.peer as FlowRole) ?? []
    if (crash.disturbance === 'dies' || crash.disturbance === 'restarts') line.forgetful.add(crash.peer as FlowRole)
    // Who was not answered has given up by now.
    for (const transaction of line.transactions.keys()) transaction.cancelTimers()
    options.tester.severance?.heal(line)
    await setTimeout(options.configuration.timing.quiet)
    const ringing = judgeRinging(line, crash)
    const sessions = await judgeRemains(options.tester, line, crash, options.forgets)
    return [...floor.map((problem) => floorFinding(planned, crash, problem)), ...ringing, ...sessions]
  }
  phases.body = await playPart(options, turnstile, planned, 'body', body, sent, {
    // Until then what is wrong is the matter of the flow's own cases.
    ignores: (draft) => {
      first ||= `${draft.requirement}: ${draft.actual}`
      return !lost
    },
    crash: (line): Crash => ({
      after: crash.after,
      peer: crash.peer,
      isThere: (role) => !lostIn(crash).includes(role as FlowRole),
      begins() {
        lost = true
        sever(options, line, crash)
      },
      happens: () => happens(line),
    }),
  }).finally(() => gathering.leave())
  if (!lost) {
    const finding = notReached(planned, crash, first, options.replay(planned))
    body.push(finding)
    tell({ event: 'finding', at: at(), case: planned.id, finding })
    phases.body = 'inconclusive'
  }
  const other: Finding[] = []
  const same: Finding[] = []
  let serves: Verdict = 'none'
  let servesSame: Verdict = 'none'
  if (lost) {
    serves = await playSanity(options, turnstile, planned, 'postamble', other, sent, {})
    if (options.again) servesSame = await playAgain(options, planned, same, sent)
    phases.postamble = worseOf(serves, servesSame)
  }
  permits.give()
  const gone = options.gone()
  if (gone !== undefined) {
    const finding = outlived(planned, crash, gone, options.replay(planned))
    body.push(finding)
    tell({ event: 'finding', at: at(), case: planned.id, finding })
    phases.body = 'fail'
  }
  const verdict = verdictOfCase(phases)
  tell({
    event: 'case-finished',
    at: at(),
    case: planned.id,
    verdict,
    phases,
    duration: at() - began,
    sentDigest: '',
  })
  const fell = [
    ...body.map(({ field, requirement, actual }) => ({
      what: field === 'session' ? ('session' as const) : ('end state' as const),
      why: `${requirement}: ${actual}`,
    })),
    ...(lost && serves !== 'pass' ? [{ what: 'serves another user' as const, why: whyOf(other, serves) }] : []),
    ...(lost && options.again && servesSame !== 'pass'
      ? [{ what: 'serves the same user' as const, why: whyOf(same, servesSame) }]
      : []),
  ]
  const asked = ['invariants', 'what is held', 'sessions', 'serves another user']
  return {
    reached: lost,
    judged: lost ? [...asked, ...(options.again ? ['serves the same user'] : [])] : [],
    fell: lost ? fell : [],
    why: lost ? [] : [first || 'the flow did not come so far'],
  }
}

/** The flow as written, for the user who has been in it before. */
export const playAgain = (
  options: PartOptions,
  planned: PlannedCase,
  findings: Finding[],
  sent: Set<string>,
): Promise<Verdict> =>
  playPart(
    options,
    createTurnstile(),
    { ...asWritten(planned), attempt: [...(planned.attempt ?? []), 2] },
    'body',
    findings,
    sent,
    {
      phase: 'postamble',
    },
  )

const worseOf = (one: Verdict, other: Verdict): Verdict =>
  verdictOfCase({ preamble: 'none', body: one, postamble: other })

const whyOf = ([finding]: readonly Finding[], verdict: Verdict): string =>
  finding ? `${finding.requirement}: ${finding.actual}` : verdict

/** Whose messages are lost. */
const lostIn = ({ disturbance, peer }: PlannedCrash): readonly FlowRole[] =>
  disturbance === 'sut-restarts' ? flowRoles : [peer as FlowRole]

/** From now on nothing of that gets through, for this user of this case alone. */
function sever({ tester }: PartOptions, line: CaseLine, crash: PlannedCrash): void {
  const lanes = lanesOf[crash.disturbance]
  tester.severance?.sever(line, lostIn(crash), lanes)
  for (const role of lostIn(crash)) line.media?.lose(role, lanes)
}

/** Whoever is left answers, and begins nothing any more. */
function silence(line: CaseLine, crash: PlannedCrash): void {
  line.over = true
  for (const [key, { transaction }] of line.unanswered)
    if (!lostIn(crash).some((role) => key.startsWith(`${role} `)))
      transaction.respond({ status: 480, reason: 'Temporarily Unavailable', headers: [] })
}

const lanesOf: Readonly<Record<PlannedCrash['disturbance'], readonly Lane[]>> = {
  dies: ['sent', 'received'],
  restarts: ['sent', 'received'],
  'cut-both-ways': ['sent', 'received'],
  'cut-towards-sut': ['sent'],
  'cut-from-sut': ['received'],
  'sut-restarts': ['sent', 'received'],
}

const notReached = (planned: PlannedCase, { after }: PlannedCrash, why: string, replay: string): Finding => ({
  requirement: `the flow as written comes to step ${after}, after which the peer is lost`,
  clause: `${planned.derived.source.doc} ${planned.derived.source.clause} step ${after}`,
  basis: planned.derived.source.basis,
  verdict: 'inconclusive',
  phase: 'body',
  step: after,
  role: planned.derived.sut.join('+'),
  expected: [`step ${after}`],
  actual: why || 'it did not come so far',
  messages: [],
  replay,
})

const outlived = (planned: PlannedCase, { after }: PlannedCrash, why: string, replay: string): Finding => ({
  requirement: 'the system under test outlives the loss of a peer',
  clause: `${planned.derived.source.doc} ${planned.derived.source.clause} step ${after}`,
  basis: planned.derived.source.basis,
  verdict: 'fail',
  phase: 'body',
  step: after,
  role: planned.derived.sut.join('+'),
  expected: ['a system under test that is there'],
  actual: why,
  messages: [],
  replay,
})

const floorFinding = (planned: PlannedCase, { after }: PlannedCrash, problem: ArrivalProblem): FindingDraft => ({
  ...problem,
  clause: `${problem.source.doc} ${problem.source.clause} step ${after}`,
  basis: problem.source.basis,
  step: after,
  role: planned.derived.sut.join('+'),
  messages: [],
})
