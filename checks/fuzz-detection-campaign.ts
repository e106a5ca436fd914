import {
  examine,
  isGrowing,
  openFlowStage,
  runCampaign,
  scenariosOf,
  silentJournal,
  startReferenceTarget,
  titleOf,
  type Examined,
  type Finding,
  type FuzzCase,
} from '#fuzz'
import type { FuzzTrigger } from '../fixtures/fuzz-defects/index.ts'
import { createControl, isNotServing, servesNoLonger, type Control } from './fuzz-detection-control.ts'

/** What is known of a defect that was found. */
export interface Found {
  readonly finding: Finding
  readonly title: string
  /** Edits and operations of the smallest case; what is derived of a flow is one more. */
  readonly size: number
  readonly shrinking: Examined['shrinking']
  readonly reproduced: Examined['reproduced']
}

export interface Campaign {
  /** For each of the defects that were wanted, in their order. */
  readonly found: readonly (Found | undefined)[]
  readonly executions: number
  readonly seconds: number
  /** What was found and is none of them, and why. */
  readonly elsewhere: readonly string[]
}

interface Wanted {
  readonly trigger: FuzzTrigger
  /** The system that does not have this defect, and otherwise all that is on. */
  readonly without: Control
  /** What it is complained of in that case, where that speaks against the defect: the right system has nothing to be complained of, one with another defect has that. */
  against(one: FuzzCase, what: string): Promise<string | undefined>
}

const now = (): number => performance.now()
/** So often a case is shown to the system without the defect. */
const times = 3
/** Milliseconds in which a finding is made small. */
const longest = 60_000

/** A campaign with these defects on, until all of them are found or the time is over. */
export async function campaignAgainst(triggers: readonly FuzzTrigger[], seconds: number): Promise<Campaign> {
  const [{ role }] = triggers as [FuzzTrigger]
  const defects = triggers.map(({ defect }) => defect)
  const wanted = triggers.map((trigger): Wanted => {
    const others = defects.filter((defect) => defect !== trigger.defect)
    const without = createControl(role, others)
    return {
      trigger,
      without,
      async against(one, what) {
        const complaints = await without.complaints(one, times)
        return others.length === 0
          ? complaints[0]
          : complaints.find((each) => [what, isNotServing, servesNoLonger].includes(each))
      },
    }
  })
  const proven = new Map<Wanted, Finding>()
  const shown = new AbortController()
  const elsewhere: string[] = []
  let asking = Promise.resolve()

  /**
   * It is found because of the defect when the same case brings no complaint about the right system, or not that one about a system with the
   * other defect of a pair. What a whole campaign shows, no case does: `npm run acceptance -- fuzz-growth` looks at the system without.
   */
  async function prove(finding: Finding): Promise<void> {
    for (const one of wanted) {
      if (proven.has(one)) continue
      const why = !isOfOracle(finding, one.trigger)
        ? `the oracles of its row are ${one.trigger.oracles.join()}`
        : isGrowing(finding.one)
          ? undefined
          : await one.against(finding.one, finding.complaint.what)
      if (why === undefined) {
        proven.set(one, finding)
        // What it is to show is shown: no other finding need come.
        if (proven.size === wanted.length) shown.abort()
        return
      }
      elsewhere.push(`${said(finding)} [${why}]`)
    }
  }

  const startTarget = (own: Parameters<typeof startReferenceTarget>[0]['own']) => startReferenceTarget({ defects, own })
  const startFlows = () => openFlowStage({ roles: [role], defects })
  const found: (Found | undefined)[] = []
  try {
    const { executions, milliseconds } = await runCampaign({
      scenarios: scenariosOf([role]),
      seed: 1,
      budget: seconds * 1000,
      now,
      startTarget,
      startFlows,
      journal: { ...silentJournal, finding: (finding) => void (asking = asking.then(() => prove(finding))) },
      say: () => undefined,
      signal: shown.signal,
      async afterwards(_findings, lab) {
        await asking
        for (const one of wanted) {
          const finding = proven.get(one)
          if (finding === undefined) {
            found.push(undefined)
            continue
          }
          if (isGrowing(finding.one)) {
            found.push({
              finding,
              title: titleOf(finding.one),
              size: sizeOf(finding.one),
              shrinking: { executions: 0, milliseconds: 0 },
              reproduced: { times: 0, of: 0 },
            })
            continue
          }
          const { minimal, title, shrinking, reproduced } = await examine(finding, { lab, now, limit: longest })
          const isSmaller = JSON.stringify(minimal) !== JSON.stringify(finding.one)
          const why = isSmaller ? await one.against(minimal, finding.complaint.what) : undefined
          if (why !== undefined) elsewhere.push(`${titleOf(minimal)}, its smallest case [${why}]`)
          found.push(why === undefined ? { finding, title, size: sizeOf(minimal), shrinking, reproduced } : undefined)
        }
      },
    })
    return { found, executions, seconds: milliseconds / 1000, elsewhere }
  } finally {
    await Promise.all(wanted.map(({ without }) => without.close()))
  }
}

/** What each oracle of ours stands for in the rows: what is answered, what leaves, what state is left, who no longer serves. */
const letters: Readonly<Record<string, string>> = {
  answer: 'A',
  class: 'AITLMD',
  once: 'AF',
  legs: 'FI',
  order: 'AIF',
  leaks: 'F',
  liveness: 'LT',
  flow: 'AIF',
  table: 'MI',
  lure: 'X',
  growth: 'MT',
}

const isOfOracle = ({ complaint: { oracle } }: Finding, { oracles }: FuzzTrigger): boolean =>
  oracles.some((one) => (letters[oracle] ?? '').includes(one))

const sizeOf = ({ scenario, edits, ops }: FuzzCase): number =>
  edits.length + ops.length + (/\/(?!as-written)[^/#]*#/.test(scenario) ? 1 : 0)

const said = ({ one, complaint }: Finding): string => `${titleOf(one)}: ${complaint.what}`
