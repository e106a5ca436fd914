import { createHash } from 'node:crypto'
import type { FindingSeverity } from '#verdict'
import {
  caseInWords,
  undecidedIn,
  whyInconclusive,
  type CampaignFinding,
  type CampaignRecord,
} from './campaign-record.ts'

const levels: Readonly<Record<FindingSeverity, 'error' | 'warning' | 'note'>> = {
  security: 'error',
  robustness: 'error',
  legality: 'warning',
  advisory: 'note',
}

/** A rule is what an oracle holds a system to; its name does not change with the wording of a finding. */
const ruleOf = ({ complaint: { oracle, clause } }: CampaignFinding): string =>
  `${oracle}/${clause.replaceAll(/[^A-Za-z0-9.]+/g, '-')}`

/** SARIF 2.1.0, for hosts of code that annotate with it. What is found lies in the directory of the finding. */
export function campaignSarif(record: CampaignRecord): string {
  const { began, findings } = record
  const rules = [...Map.groupBy(findings, ruleOf)].map(([id, [first]]) => ({
    id,
    shortDescription: { text: first?.complaint.what ?? id },
    fullDescription: { text: `${first?.complaint.clause ?? ''}: ${first?.complaint.expected ?? ''}` },
  }))
  const run = {
    tool: {
      driver: {
        name: began?.tool?.name ?? 'mcx-conformance',
        ...(began?.tool !== undefined && { semanticVersion: began.tool.version }),
        rules,
      },
    },
    invocations: [
      {
        executionSuccessful: whyInconclusive(record) === undefined && undecidedIn(record).length === 0,
        ...(began?.time !== undefined && { startTimeUtc: began.time }),
      },
    ],
    results: findings.map((finding) => ({
      ruleId: ruleOf(finding),
      ruleIndex: rules.findIndex(({ id }) => id === ruleOf(finding)),
      level: levels[finding.complaint.severity],
      message: {
        text: `${finding.complaint.what}. ${finding.case.scenario}: ${caseInWords(finding)}. Expected ${finding.complaint.expected}; observed ${finding.complaint.observed}`,
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: {
              uri:
                finding.examined === undefined ? 'events.ndjson' : encodeURI(`${finding.examined.directory}/case.json`),
            },
          },
          logicalLocations: [{ fullyQualifiedName: finding.case.scenario, kind: 'function' }],
        },
      ],
      partialFingerprints: {
        'signature/v1': createHash('sha256').update(finding.signature).digest('hex'),
      },
      properties: { severity: finding.complaint.severity, replay: finding.examined?.replay },
    })),
    columnKind: 'unicodeCodePoints',
  }
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 2)}\n`
}
