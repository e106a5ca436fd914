import type { CampaignRecord } from './campaign-record.ts'

/** `findings.ndjson`: one finding a line. */
export function* campaignLines({ findings }: CampaignRecord): Generator<string> {
  for (const { signature, complaint, examined, case: one, executions, after } of findings)
    yield `${JSON.stringify({
      signature,
      ...complaint,
      scenario: one.scenario,
      case: examined?.case ?? one,
      first: { executions, milliseconds: after },
      ...(examined !== undefined && {
        explanation: examined.explanation,
        reproduced: examined.reproduced,
        directory: examined.directory,
        replay: examined.replay,
      }),
    })}\n`
}
