import type { CampaignCase, CampaignEvent } from '#verdict'

const scenario = 'migration/service-authorization@partnerServer/1'

const caseOf = (p: string): CampaignCase => ({
  v: 1,
  scenario,
  baseline: 'plain',
  edits: [{ at: '1', path: 'Via[0].branch', kind: 'insert', p, layer: 'b' }],
  ops: [],
})

/** A campaign of three executions with one finding; `hostile` stands wherever a system under test or a case has a say. */
export function* exampleCampaign(hostile = 'plain'): Generator<CampaignEvent> {
  yield {
    event: 'campaign-began',
    time: '2026-01-01T10:00:00.000Z',
    tool: { name: 'mcx-conformance', version: '0.1.0' },
    seed: 7,
    budget: 60_000,
    scenarios: [scenario, 'migration/service-authorization@primaryServer/5'],
    defects: ['cseq-of-32-bits-signed'],
  }
  yield {
    event: 'cells-planned',
    cells: [
      { scenario, state: 'not authorized', field: 'Via.branch', kind: 'insert', planned: 2 },
      { scenario, state: 'not authorized', field: 'CSeq.sequence', kind: 'number', planned: 3 },
      { scenario, state: 'not authorized', field: 'To.tag', kind: 'remove', planned: 1 },
    ],
  }
  for (const [index, p] of ['a', hostile].entries())
    yield {
      event: 'execution',
      at: index + 1,
      case: `case${index}`,
      scenario,
      edits: caseOf(p).edits,
      expected: 'refuse',
      answer: '400',
      ms: 1,
    }
  yield {
    event: 'execution',
    at: 3,
    case: 'case2',
    scenario,
    edits: [{ at: '1', path: 'CSeq.sequence', kind: 'number', p: '2147483648', layer: 'b' }],
    expected: 'refuse',
    answer: '200',
    ms: 1,
  }
  yield {
    event: 'finding',
    signature: 'class | RFC 3261 8.1.1.5',
    case: {
      ...caseOf(''),
      edits: [{ at: '1', path: 'CSeq.sequence', kind: 'number', p: '2147483648', layer: 'b' }],
    },
    complaint: {
      oracle: 'class',
      clause: 'RFC 3261 8.1.1.5',
      severity: 'security',
      what: 'accepted in spite of cseq-out-of-range',
      expected: 'an error, since cseq-out-of-range (RFC 3261 8.1.1.5)',
      observed: hostile,
    },
    executions: 3,
    after: 3,
    octets: Buffer.from(`MESSAGE sip:a@b SIP/2.0\r\nSubject: ${hostile}\r\n\r\n`).toString('base64'),
  }
  yield {
    event: 'finding-examined',
    signature: 'class | RFC 3261 8.1.1.5',
    title: 'CSeq.sequence number',
    case: caseOf(hostile),
    explanation: [`any number above 2147483647 ${hostile}`],
    reproduced: { times: 3, of: 3, afresh: true },
    directory: 'findings/class-0123456789abcdef',
    replay: 'mcx replay findings/class-0123456789abcdef',
  }
  yield { event: 'campaign-ended', executions: 3, findings: 1, milliseconds: 4 }
}
