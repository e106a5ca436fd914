import {
  type Finding,
  openFlowStage,
  runCampaign,
  scenariosOf,
  silentJournal,
  startReferenceTarget,
  titleOf,
} from '#fuzz'

/** Functional entities of the reference system of which single messages are fuzzed, and whole flows too. */
export const ofMessages = ['partnerServer', 'primaryServer', 'partnerGateway', 'primaryGateway'] as const

export interface CleanCampaign {
  readonly roles: readonly string[]
  readonly defects: readonly string[]
  /** At most. */
  readonly executions: number
  /** Seconds at most. */
  readonly seconds: number
  readonly seed: number
  /** What is found is said at once: whoever stops a long campaign keeps it. */
  readonly say: (line: string) => void
}

export interface CleanResult {
  readonly executions: number
  readonly seconds: number
  readonly findings: readonly string[]
  /** What looked wrong among others and was right alone. */
  readonly inconclusive: number
}

/** The campaign of `mcx fuzz` against the reference system, with nothing written down. */
export async function playClean({
  roles,
  defects,
  executions,
  seconds,
  seed,
  say,
}: CleanCampaign): Promise<CleanResult> {
  const result = await runCampaign({
    scenarios: scenariosOf(roles),
    seed,
    budget: seconds * 1000,
    most: executions,
    now: () => performance.now(),
    startTarget: (own) => startReferenceTarget({ defects, own }),
    startFlows: () => openFlowStage({ roles, defects }),
    journal: { ...silentJournal, finding: (finding) => say(findingLine(finding)) },
    say: () => undefined,
  })
  const findings = result.findings.map(findingLine)
  return {
    executions: result.executions,
    seconds: result.milliseconds / 1000,
    findings: result.notTested === undefined ? findings : [...findings, result.notTested],
    inconclusive: result.inconclusive,
  }
}

const findingLine = ({ one, complaint: { what, clause, expected, observed } }: Finding): string =>
  `${titleOf(one)}: ${what} (${clause}); expected ${expected}; observed ${observed}; ${JSON.stringify(one)}`

/** One line of the table. */
export const tableLine = (name: string, { executions, seconds, findings, inconclusive }: CleanResult): string =>
  [
    name.padEnd(36),
    `${executions} executions`.padStart(18),
    `${seconds.toFixed(0)} s`.padStart(7),
    `${findings.length} findings`.padStart(12),
    `${inconclusive} did not show again`.padStart(24),
  ].join('')
