import { createHash } from 'node:crypto'
import type { CaseDescription, Finding, LadderStep, MessageEvent, Phase, RunEvent, Verdict } from '#verdict'
import { actors, coverageOf, describe, exclusions, fullLadder, type Ending } from './example-cases.ts'
import { exampleTimeLine } from './example-media.ts'
import { authorization, migrationRequest, migrationResponse, response, type ExampleCall } from './example-messages.ts'

export interface ExampleOptions {
  /** Cases to make; the kinds of ending alternate. */
  readonly cases?: number
  /** Text put in every place that a system under test or a configuration can fill. */
  readonly hostile?: string
}

const user = 'sip:alice@primary.example'

/** The events of a run like a real one: same options, same events. The times are invented, no socket is opened. */
export function* exampleRun({ cases = 60, hostile = '' }: ExampleOptions = {}): Generator<RunEvent> {
  const mark = hostile === '' ? '' : ` ${hostile}`
  yield {
    event: 'run-started',
    format: 1,
    time: '2026-03-02T09:30:00.000Z',
    run: `example${mark}`,
    seed: 20260302,
    profile: `rel-18${mark}`,
    profileSelected: true,
    tool: { name: 'mcx-conformance', version: '0.1.0', digest: `sha256:${'4f1c'.repeat(16)}` },
    runtime: 'Node.js 24.11.0, linux x64',
    configuration: `sha256:${'9b2e'.repeat(16)}`,
    suts: [
      {
        name: `system-a${mark}`,
        roles: ['primaryServer', 'primaryGateway'],
        address: '127.0.0.1:5070',
        version: '1.4.2',
        claims: { gateways: true, 'temporary identity': true },
      },
      {
        name: `system-b${mark}`,
        roles: ['partnerServer', 'partnerGateway'],
        address: '127.0.0.1:5072',
        claims: { gateways: true },
      },
    ],
    cases,
  }
  const descriptions = Array.from({ length: cases }, (_, index) => describe(index, mark))
  for (const { description } of descriptions) yield { event: 'case-selected', ...description }
  yield* exclusions(mark)
  yield { event: 'coverage', rows: coverageOf(descriptions, mark) }
  yield { event: 'note', at: 0, case: null, text: `The system under test was reset before the run.${mark}` }
  let seq = 0
  let at = 4
  for (const [index, { description, ending }] of descriptions.entries()) {
    for (const event of play(index, description, ending, seq + 1, at, mark)) {
      if (event.event === 'message') seq = event.seq
      if ('at' in event) at = Math.max(at, event.at)
      yield event
    }
    at += 3.25
  }
  yield { event: 'run-finished', at: at + 1, time: '2026-03-02T09:30:04.000Z', reason: 'completed' }
}

function* play(
  index: number,
  of: CaseDescription,
  ending: Ending,
  first: number,
  start: number,
  mark: string,
): Generator<RunEvent> {
  let seq = first
  let at = start
  const transport = of.transport === 'tcp' ? 'tcp' : 'udp'
  const tester = { address: '127.0.0.1', port: transport === 'udp' ? 15060 : 40000 + (index % 8) }
  const sut = { address: '127.0.0.1', port: 5070 }
  const inbound = of.ladder.find((step) => step.kind === 'message' && step.to === of.role) ?? fullLadder[0]
  const outbound = of.ladder.find((step) => step.kind === 'message' && step.from === of.role) ?? fullLadder[0]
  const call: ExampleCall = {
    number: 1000 + index,
    transport,
    from: inbound.from,
    to: of.role,
    port: tester.port,
    hostile: mark,
  }
  const message = (
    direction: 'sent' | 'received',
    text: string,
    summary: string,
    more: Partial<MessageEvent> = {},
  ): MessageEvent => {
    at += 0.75
    return {
      event: 'message',
      seq: seq++,
      at,
      case: of.id,
      phase: 'body',
      direction,
      role: inbound.from,
      peer: of.role,
      transport,
      local: tester,
      remote: sut,
      octets: Buffer.from(text).toString('base64'),
      length: Buffer.byteLength(text),
      retransmission: false,
      summary: `${summary}${mark}`,
      ...more,
    }
  }
  const outcome = (
    step: string,
    what: Extract<RunEvent, { event: 'step' }>['outcome'],
    text: string,
    decided?: number,
    fields?: Extract<RunEvent, { event: 'step' }>['fields'],
  ): RunEvent => ({
    event: 'step',
    at,
    case: of.id,
    phase: 'body',
    step,
    outcome: what,
    text: `${text}${mark}`,
    ...(decided !== undefined && { message: decided }),
    ...(fields && { fields }),
  })

  yield { event: 'case-started', case: of.id, at }
  if (of.role === 'partnerServer') {
    yield message('sent', authorization(call), 'PUBLISH service authorization', { phase: 'preamble' })
    yield message('received', response(call, 'PUBLISH', '200 OK', ['SIP-ETag: a1']), '200 OK', { phase: 'preamble' })
  }
  const sent: number[] = []
  const asked = inbound.label.includes('response')
    ? migrationResponse({ ...call, from: of.role, to: inbound.from }, user, 'accepted')
    : migrationRequest(call, user)
  const request = message('sent', asked, `MESSAGE ${inbound.label}`, { step: inbound.step })
  yield request
  sent.push(request.seq)
  if (ending.answer === 'absent' && transport === 'udp')
    yield message('sent', asked, `MESSAGE ${inbound.label}`, {
      step: inbound.step,
      retransmission: true,
    })
  yield outcome(inbound.step, 'done', 'sent as the flow has it', request.seq)
  const taken = message(
    'received',
    response(
      call,
      'MESSAGE',
      ending.answer === 'refused' ? '403 Forbidden' : '200 OK',
      ending.answer === 'refused' ? ['Warning: 399 sut.example "101 service authorisation failed"'] : [],
    ),
    ending.answer === 'refused' ? '403 Forbidden' : '200 OK',
  )
  yield taken
  const answered =
    ending.answer === 'refused'
      ? 'sip:nobody@primary.example'
      : ending.answer === 'wrong user'
        ? 'sip:bob@primary.example'
        : user
  let last = taken
  let span: Finding['span']
  if (ending.answer === 'as required' || ending.answer === 'wrong user') {
    const text = outbound.label.includes('response')
      ? migrationResponse(call, answered, 'accepted')
      : migrationRequest({ ...call, from: of.role, to: outbound.to, number: call.number + 0x100000 }, answered)
    last = message('received', text, `MESSAGE ${outbound.label}`, { step: outbound.step, role: outbound.to })
    yield last
    const from = Buffer.from(text).indexOf(answered)
    if (ending.answer === 'wrong user') span = { start: from, end: from + answered.length }
    yield message('sent', response({ ...call, number: call.number + 0x100000 }, 'MESSAGE', '200 OK'), '200 OK', {
      role: outbound.to,
    })
  }
  const fields = [
    {
      field: 'mcServiceId',
      expected: user,
      actual: `${answered}${mark}`,
      result: ending.answer === 'wrong user' ? 'different' : 'same',
    } as const,
    { field: 'result', expected: 'accepted', actual: 'accepted', result: 'same' } as const,
    { field: 'temporaryId', expected: 'any', actual: 'sip:temporary-7@partner.example', result: 'learnt' } as const,
  ]
  const ends = { 'as required': 'done', absent: 'missing', 'wrong user': 'diverged', refused: 'refused' } as const
  for (const step of of.ladder) {
    if (step === inbound) continue
    if (step === outbound)
      yield outcome(
        step.step,
        ends[ending.answer],
        ending.answer === 'absent' ? 'nothing came within 4 s' : 'compared field by field',
        ending.answer === 'absent' ? undefined : last.seq,
        ending.answer === 'absent' ? undefined : fields,
      )
    else if (step.from !== of.role && step.to !== of.role)
      yield outcome(step.step, 'not-observable', 'both ends are played by the tester')
    else if (step.kind !== 'message') yield outcome(step.step, 'not-observable', 'happens within the system under test')
    else yield outcome(step.step, ending.answer === 'absent' ? 'not-reached' : 'done', 'as the flow has it')
  }
  if (ending.verdict === 'fail' || ending.verdict === 'inconclusive' || ending.verdict === 'error')
    yield {
      event: 'finding',
      at,
      case: of.id,
      finding: findingOf(of, ending.verdict, ending, outbound, answered, [...sent, last.seq], span, mark),
    }
  if (index % 5 === 0) yield { event: 'media', at, case: of.id, timeLine: exampleTimeLine(start, mark) }
  if (index % 7 === 0) yield { event: 'note', at, case: of.id, text: `one retransmission absorbed${mark}` }
  if (ending.verdict === 'unfinished') return
  const phases: Record<Phase, Verdict> = {
    preamble: of.role === 'partnerServer' ? 'pass' : 'none',
    body: ending.verdict,
    postamble: 'pass',
  }
  yield {
    event: 'case-finished',
    at,
    case: of.id,
    verdict: ending.verdict,
    phases,
    duration: ending.answer === 'absent' ? 4000 + at - start : at - start,
    ...(index === 18 && {
      expectedFailure: {
        message: 'mcServiceId of another user',
        reason: `known defect 4711${mark}`,
        owner: 'lab@example.org',
        expires: '2026-12-31',
        state: 'met' as const,
      },
    }),
    sentDigest: createHash('sha256').update(`${index}`).digest('hex'),
  }
}

function findingOf(
  of: CaseDescription,
  verdict: Finding['verdict'],
  ending: Ending,
  step: LadderStep,
  answered: string,
  messages: readonly number[],
  span: Finding['span'],
  mark: string,
): Finding {
  const wrong = ending.answer === 'wrong user'
  return {
    requirement: `The ${actors[of.role as keyof typeof actors]} sends the ${step.label} for the user it was asked about.`,
    clause: `TR 23.781 6.x.1 step ${step.step}`,
    basis: verdict === 'inconclusive' ? 'default-binding' : 'seed',
    verdict,
    phase: 'body',
    step: step.step,
    role: verdict === 'error' ? 'tester' : of.role,
    ...(wrong && { field: `mcServiceId${mark}` }),
    expected: wrong
      ? [`mcServiceId ${user}`]
      : [`a MESSAGE with the ${step.label} within 4 s`, 'a 4xx response to the request'],
    actual:
      verdict === 'error'
        ? `the tester could not bind a socket: EADDRINUSE${mark}`
        : wrong
          ? `mcServiceId ${answered}${mark}`
          : `nothing within 4 s${mark}`,
    messages,
    ...(span && { span }),
    replay: `mcx replay '${of.id}' --seed 20260302`,
  }
}
