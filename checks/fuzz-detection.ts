import {
  openFlowStage,
  runCampaign,
  scenarios,
  startReferenceTarget,
  silentJournal,
  titleOf,
  type Finding,
} from '#fuzz'
import { fuzzTriggers, type FuzzTrigger } from '../fixtures/fuzz-defects/index.ts'

// `npm run fuzz:detection [defect...]`: one campaign against the reference system with each defect for robustness tests; it
// ends with the first finding, or with the budget of the class.

/** Seconds, by class: one edit; two; three events; a race. */
const budgets = { B1: 60, B2: 300, B3: 600, B4: 1800 } as const
/** Share of the defects of a class that has to be found. */
const goals = { B1: 0.95, B2: 0.9, B3: 0.85, B4: 0.7 } as const

const arguments_ = process.argv.slice(2)
const most = Number(arguments_.find((one) => /^--budget=\d+$/.test(one))?.slice('--budget='.length) ?? Infinity)
const wanted = arguments_.filter((one) => !one.startsWith('--'))

interface Row {
  readonly trigger: FuzzTrigger
  readonly found: boolean
  readonly executions: number
  readonly seconds: number
  readonly title: string
}

async function detect(trigger: FuzzTrigger): Promise<Row> {
  const chosen = scenarios.filter(
    ({ role }) => (role === 'challengingServer' ? 'primaryServer' : role) === trigger.role,
  )
  const { findings, executions, milliseconds } = await runCampaign({
    scenarios: chosen,
    seed: 1,
    budget: Math.min(budgets[trigger.class], most) * 1000,
    now: () => performance.now(),
    startTarget: (own) => startReferenceTarget({ defects: [trigger.defect], own }),
    startFlows: () => openFlowStage({ roles: [trigger.role], defects: [trigger.defect] }),
    journal: silentJournal,
    say: () => undefined,
    isEnough: (finding) => shows(finding, trigger),
  })
  const first = findings.find((finding) => shows(finding, trigger))
  const [other] = findings
  return {
    trigger,
    found: first !== undefined,
    executions: first?.executions ?? executions,
    seconds: (first?.after ?? milliseconds) / 1000,
    title: said(first) ?? (other === undefined ? '' : `elsewhere, which does not count: ${said(other)}`),
  }
}

const said = (finding: Finding | undefined): string | undefined =>
  finding === undefined ? undefined : `${titleOf(finding.one)}: ${finding.complaint.what}`

/** The header field or the body that a path leads into. */
const areaOf = (path: string): string => /^[\w-]+/.exec(path)?.[0] ?? path

/**
 * Whether a finding is about the defect: it changes what its trigger changes, or the course of the flow where that does. A
 * defect that needs no change is shown by whatever is found.
 */
function shows({ one }: Finding, { edits, operators }: FuzzTrigger): boolean {
  if (edits.length + operators.length === 0) return true
  // What is derived of a flow says itself what is changed.
  if (/\/(?!as-written)[^/#]*#/.test(one.scenario))
    return operators.length > 0 || edits.some(({ layer }) => layer === 'm')
  const areas = new Set(edits.map(({ path }) => areaOf(path)))
  return (
    (operators.length > 0 && one.ops.length > 0) ||
    one.edits.some(({ path, p }) => areas.has(areaOf(path)) || areas.has(areaOf(String(p)))) ||
    // Information elements stand in bodies, and in what says who asks.
    (edits.some(({ layer }) => layer === 'm') && one.edits.some(({ path }) => elements.test(path)))
  )
}

const elements = /^body|^Authorization|Identity$|^From/

const rows: Row[] = []
for (const trigger of fuzzTriggers) {
  const named = wanted.length === 0 || wanted.includes(trigger.id) || wanted.includes(trigger.defect)
  if (!named) continue
  const row = await detect(trigger)
  rows.push(row)
  const { id, defect } = trigger
  const outcome = row.found
    ? `found after ${row.executions} executions, ${row.seconds.toFixed(1)} s`
    : `not found in ${row.executions} executions, ${row.seconds.toFixed(1)} s`
  console.log(`${id.padEnd(5)} ${trigger.class} ${defect.padEnd(36)} ${outcome}\n      ${row.title.slice(0, 200)}`)
}

let missed = false
for (const [name, goal] of Object.entries(goals)) {
  const ofClass = rows.filter(({ trigger }) => trigger.class === name)
  if (ofClass.length === 0) continue
  const found = ofClass.filter((row) => row.found)
  const share = found.length / ofClass.length
  missed ||= share < goal
  const executions = found.map((row) => row.executions).toSorted((one, other) => one - other)
  const median = executions[executions.length >> 1] ?? 0
  console.log(
    `${name}: ${found.length} of ${ofClass.length} found (${Math.round(100 * share)} %, goal ${100 * goal} %), median ${median} executions`,
  )
}
process.exitCode = missed ? 1 : 0
