import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reproducedText } from '#verdict'
import { captureOf } from './capture-octets.ts'
import { hashOf } from './case.ts'
import type { Examined } from './examine.ts'
import { sippScenario } from './sipp-scenario.ts'

/** Name of the directory of a finding within `findings`: one case may be complained of in several ways. */
export function directoryOf({ minimal, finding: { complaint } }: Pick<Examined, 'minimal' | 'finding'>): string {
  const { oracle, clause, what } = complaint
  return `${oracle}-${hash('sha256', `${hashOf(minimal)} ${clause} ${what}`).slice(0, 16)}`
}

/** Everything that is known of a finding, in a directory of its own. `replay` is the command line that plays it again. */
export function writeFinding(directory: string, examined: Examined, replay: string): void {
  const { finding, minimal, passages, explanation, reproduced, title, executions, milliseconds } = examined
  const { complaint, signature, one } = finding
  mkdirSync(directory, { recursive: true })
  const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(directory, name), content)
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
  put('case.json', json(minimal))
  put('original.json', json(one))
  put(
    'finding.json',
    json({
      title,
      signature,
      complaint,
      explanation,
      reproduced,
      shrinking: { executions, milliseconds: Math.round(milliseconds) },
      first: { executions: finding.executions, milliseconds: Math.round(finding.after) },
      violations: finding.execution.expectation.violations,
      replay,
    }),
  )
  put('finding.md', textOf(examined, replay))
  put('capture.pcap', captureOf(passages))
  for (const [index, { direction, role, octets }] of passages.entries())
    put(`message-${String(index + 1).padStart(2, '0')}-${direction}-${role}.bin`, octets)
  const sent = passages.find(({ direction }) => direction === 'sent')
  const scenario = sent === undefined ? undefined : sippScenario(sent.octets, title)
  if (scenario !== undefined) put('sipp.xml', scenario)
}

function textOf({ finding, title, reproduced, explanation }: Examined, replay: string): string {
  const { clause, severity, what, expected, observed, oracle } = finding.complaint
  const broken = [...new Set(finding.execution.expectation.violations.map((one) => `${one.rule} (${one.clause})`))]
  return [
    `# ${what}`,
    '',
    `- Case: ${title}`,
    `- Requirement: ${clause}; severity ${severity}; seen by the oracle \`${oracle}\``,
    `- What the octets break: ${broken.length === 0 ? 'nothing' : broken.join(', ')}`,
    `- Expected: ${expected}`,
    `- Observed: ${observed}`,
    ...explanation.map((line) => `- What matters: ${line}`),
    `- Shown ${reproducedText(reproduced)}`,
    '',
    'Again:',
    '',
    '```sh',
    replay,
    '```',
    '',
  ].join('\n')
}
