import { fieldOf, type CampaignEvent, type FindingSeverity, type Undecided } from '#verdict'
import type { LineProblem } from '../read-events.ts'

type EventOf<Name extends CampaignEvent['event']> = Extract<CampaignEvent, { event: Name }>

export interface CampaignFinding extends Omit<EventOf<'finding'>, 'event'> {
  /** Absent where the campaign ended before it could be examined. */
  readonly examined: Omit<EventOf<'finding-examined'>, 'event'> | undefined
}

/** One field, one kind of change, one state: what was planned and what came of it. */
export interface CampaignCell {
  readonly scenario: string
  readonly state: string
  readonly field: string
  readonly kind: string
  readonly planned: number
  readonly executed: number
  readonly findings: number
  /** Class of answer to how often it came. */
  readonly answers: Readonly<Record<string, number>>
}

/** What is known of a campaign, however it ended. */
export interface CampaignRecord {
  readonly began: EventOf<'campaign-began'> | undefined
  readonly ended: EventOf<'campaign-ended'> | undefined
  readonly executions: number
  /** Of the last event that has a time. */
  readonly milliseconds: number
  readonly cells: readonly CampaignCell[]
  readonly findings: readonly CampaignFinding[]
  /** Executions that looked wrong among others, and right when they were alone. */
  readonly vanished: number
  readonly problems: readonly LineProblem[]
}

export interface CampaignFold {
  add(event: CampaignEvent): void
  problem(problem: LineProblem): void
  record(): CampaignRecord
}

interface OpenCell extends CampaignCell {
  executed: number
  findings: number
  answers: Record<string, number>
}

export const severities: readonly FindingSeverity[] = ['security', 'robustness', 'legality', 'advisory']

export function createCampaignFold(): CampaignFold {
  const cells = new Map<string, OpenCell>()
  const findings = new Map<string, CampaignFinding>()
  const problems: LineProblem[] = []
  let began: EventOf<'campaign-began'> | undefined
  let ended: EventOf<'campaign-ended'> | undefined
  let executions = 0
  let milliseconds = 0
  let vanished = 0

  function cellOf(scenario: string, field: string, kind: string): OpenCell {
    const name = JSON.stringify([scenario, field, kind])
    const known = cells.get(name)
    if (known !== undefined) return known
    const cell: OpenCell = { scenario, state: '', field, kind, planned: 0, executed: 0, findings: 0, answers: {} }
    cells.set(name, cell)
    return cell
  }

  const cellsOf = (
    scenario: string,
    edits: readonly { readonly path: string; readonly kind: string }[],
    ops: readonly { readonly op: string; readonly at: string }[] = [],
  ): readonly OpenCell[] => [
    ...edits.map(({ path, kind }) => cellOf(scenario, fieldOf(path), kind)),
    ...ops.map(({ op, at }) => cellOf(scenario, `step ${at}`, op)),
  ]

  return {
    add(event) {
      switch (event.event) {
        case 'campaign-began':
          began = event
          break
        case 'cells-planned':
          for (const { scenario, field, kind, state, planned } of event.cells)
            Object.assign(cellOf(scenario, field, kind), { state, planned })
          break
        case 'execution':
          executions += 1
          milliseconds = event.at
          for (const cell of cellsOf(event.scenario, event.edits, event.ops)) {
            cell.executed += 1
            cell.answers[event.answer] = (cell.answers[event.answer] ?? 0) + 1
          }
          break
        case 'batch-survived':
          milliseconds = event.at
          break
        case 'finding':
          if (!findings.has(event.signature))
            for (const cell of cellsOf(event.case.scenario, event.case.edits, event.case.ops)) cell.findings += 1
          findings.set(event.signature, { ...event, examined: undefined })
          break
        case 'finding-examined': {
          const finding = findings.get(event.signature)
          // What began with other changes may come out as the same once it is made small: it is told once.
          const isSame = ({ signature, examined }: CampaignFinding): boolean =>
            signature !== event.signature && examined?.directory === event.directory
          if ([...findings.values()].some(isSame)) findings.delete(event.signature)
          else if (finding !== undefined) findings.set(event.signature, { ...finding, examined: event })
          break
        }
        case 'not-shown-again':
          vanished += 1
          break
        case 'campaign-ended':
          ended = event
          milliseconds = event.milliseconds
          break
      }
    },
    problem: (problem) => problems.push(problem),
    record: () => ({
      began,
      ended,
      executions: Math.max(executions, ended?.executions ?? 0),
      milliseconds,
      cells: [...cells.values()],
      findings: [...findings.values()].toSorted(
        (left, right) => severities.indexOf(left.complaint.severity) - severities.indexOf(right.complaint.severity),
      ),
      vanished,
      problems,
    }),
  }
}

/** Why nothing can be concluded from what was not found, where that is so. */
export function whyInconclusive({ ended }: CampaignRecord): string | undefined {
  if (ended === undefined) return 'the campaign did not end'
  if (ended.notTested !== undefined) return ended.notTested
  return ended.cut === undefined ? undefined : `the campaign went on until ${ended.cut}`
}

/** Flows that could not be judged as they are written. */
export const undecidedIn = ({ ended }: CampaignRecord): readonly Undecided[] => ended?.undecided ?? []

/** Cells that are not played to the end. */
export const uncovered = ({ cells }: CampaignRecord): readonly CampaignCell[] =>
  cells.filter(({ executed, planned }) => executed < planned)

/** What it is about, as one line. */
export function caseInWords({ examined, case: first }: CampaignFinding): string {
  const { edits, ops } = examined?.case ?? first
  const value = (p: unknown): string => {
    if (p === undefined) return ''
    const text = JSON.stringify(p) ?? ''
    return ` ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`
  }
  const changes = [
    ...edits.map(({ path, kind, p }) => `${path} ${kind}${value(p)}`),
    ...ops.map(({ op, at, p }) => `${op} at step ${at}${value(p)}`),
  ]
  return changes.length === 0 ? 'as it is' : changes.join(' + ')
}
