import { createHash } from 'node:crypto'
import type { FindingDraft } from '#play'
import { verdictOfCase, type ExpectedFailure, type Finding, type Phase, type Verdict } from '#verdict'
import { preambleDidNotPass } from './case-findings.ts'
import type { PlannedCase } from './case-plan.ts'
import { createCompany } from './company.ts'
import { declaredFailure } from './declared-failure.ts'
import { playPart, type Around, type PartOptions } from './play-part.ts'
import { playSanity } from './sanity.ts'
import { createTurnstile } from './turnstile.ts'
import { createWindow } from './window.ts'

export interface Conductor {
  /** Plays one case with what goes before and after it; tells everything; returns what it came to. */
  conduct(planned: PlannedCase): Promise<Conducted>
}

export interface Conducted {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  readonly expectedFailure?: ExpectedFailure
}

export interface ConductorOptions extends PartOptions {
  /** Today, ISO date: declared failures expire. */
  readonly today: string
}

export function createConductor(options: ConductorOptions): Conductor {
  const { tell, at } = options
  const preambles = new Map<string, Promise<Preamble>>()
  const turnstile = createTurnstile()
  const company = createCompany()
  const window = createWindow(options.configuration.concurrency, options.clock)

  const preambleOf = (planned: PlannedCase): Promise<Preamble> => {
    const { group } = planned
    const known = preambles.get(group) ?? playPreamble(planned)
    preambles.set(group, known)
    return known
  }
  const playPreamble = async (planned: PlannedCase): Promise<Preamble> => {
    const began = at()
    const findings: Finding[] = []
    let completed = false
    let heard = false
    const around: Around = { shared: () => true, completed: () => (completed = true), heard: () => (heard = true) }
    const verdict = await playSanity(options, turnstile, planned, 'preamble', findings, new Set(), around)
    return {
      // What is wrong with the flow as written is the matter of its own case: here it only has to be served.
      verdict: completed ? 'pass' : verdict,
      heard,
      known: new Set(findings.map(keyOf)),
      took: Math.max(0, at() - began - options.configuration.timing.quiet),
    }
  }

  return {
    conduct: (planned) => window.through(() => conductOne(planned)),
  }

  async function conductOne(planned: PlannedCase): Promise<Conducted> {
    const began = at()
    const presence = company.enter(planned.sut.name)
    const findings: Finding[] = []
    const sent = new Set<string>()
    tell({ event: 'case-started', case: planned.id, at: began })
    const phases: Record<Phase, Verdict> = { preamble: 'none', body: 'none', postamble: 'none' }
    const negative = planned.tags.includes('negative')
    const preamble = negative ? await preambleOf(planned) : undefined
    if (preamble) phases.preamble = preamble.verdict
    if (preamble && preamble.verdict !== 'pass') {
      const finding = preambleDidNotPass(planned, preamble.verdict, options.replay(planned))
      findings.push(finding)
      tell({ event: 'finding', at: at(), case: planned.id, finding })
    }
    const shared = (): boolean => !presence.alone
    let served = false
    let waitedFor = 0
    const waited = (milliseconds: number): void => void (waitedFor += milliseconds)
    const serves = async (): Promise<void> => {
      served = true
      const ignores = (finding: FindingDraft): boolean => preamble?.known.has(keyOf(finding)) ?? false
      let completed = false
      const around: Around = { shared, ignores, waited, completed: () => (completed = true) }
      const verdict = await playSanity(options, turnstile, planned, 'postamble', findings, sent, around)
      phases.postamble = completed && verdict === 'none' ? 'pass' : verdict
    }
    const asks = negative && phases.preamble === 'pass'
    // With fixed users the one of the postamble may be the one of the body: then it has to wait for its turn.
    const meanwhile = asks && !planned.sut.users ? serves : undefined
    // Where nothing could be reached, a body would only say so again.
    const around: Around = { meanwhile, waited, ...(preamble && { took: preamble.took }) }
    phases.body =
      preamble?.heard === false
        ? 'inconclusive'
        : await playPart(options, turnstile, planned, 'body', findings, sent, around)
    if (asks && !served) await serves()
    company.leave(planned.sut.name, presence)
    const verdict = verdictOfCase(phases)
    const expectedFailure = declaredFailure(planned, verdict, findings, options.today)
    tell({
      event: 'case-finished',
      at: at(),
      case: planned.id,
      verdict,
      phases,
      duration: at() - began,
      waited: Math.min(waitedFor, at() - began),
      ...(expectedFailure && { expectedFailure }),
      sentDigest: digestOf(sent),
    })
    return { verdict, findings, ...(expectedFailure && { expectedFailure }) }
  }
}

const digestOf = (sent: ReadonlySet<string>): string => {
  const hash = createHash('sha256')
  for (const octets of [...sent].sort()) hash.update(octets, 'latin1').update('\n')
  return hash.digest('hex')
}

interface Preamble {
  readonly verdict: Verdict
  /** Whether anything at all came back. */
  readonly heard: boolean
  /** What was wrong before any negative: not of their making. */
  readonly known: ReadonlySet<string>
  readonly took: number
}

const keyOf = ({ step, role, requirement, field }: FindingDraft): string =>
  [step, role, requirement, field ?? ''].join('\n')
