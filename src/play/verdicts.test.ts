import { describe, expect, test } from 'vitest'
import type { ArrivalDraft, Behaviour, Saying } from './peer.testing.ts'
import { caseOf, everyCase, playCase, type Played } from './playing.testing.ts'

// Each way to a verdict, provoked by one mistake of a system that is right in everything else.

const asWritten = caseOf('partnerServer', 'as-written#no-gateways')
const requestTable = 'table 10.6.3.2.1-1'

/** Changes what is said at one step; everything else stays. */
const at = (step: string, change: (saying: Saying) => readonly (Saying | ArrivalDraft)[]): Behaviour => ({
  says: (saying) => (saying.step === step ? change(saying) : [saying]),
})
const never = (): readonly Saying[] => []
const withIe = (ie: string, value: string) => (saying: Saying) => [{ ...saying, ies: { ...saying.ies, [ie]: value } }]
const withoutIe = (ie: string) => (saying: Saying) => [
  { ...saying, ies: Object.fromEntries(Object.entries(saying.ies).filter(([name]) => name !== ie)) },
]
/** The one finding there is. */
const only = ({ findings }: Played): Played['findings'][number] => {
  expect(findings).toHaveLength(1)
  const [finding] = findings
  if (!finding) throw new Error('no finding')
  return finding
}

describe('a course as written', () => {
  test('tells each step as done, and nothing else', async () => {
    const { verdict, steps, peer } = await playCase(asWritten)
    expect(verdict).toBe('pass')
    expect(steps).toEqual(expect.arrayContaining(['1 done', '3 done', '8 done', '11 done', 'then:partnerServer done']))
    expect(steps.filter((step) => !/done|not-observable/.test(step))).toEqual([])
    expect(peer.heard.map(({ step, message, copies }) => [step, message, copies])).toEqual([
      ['1', 'migration service authorization request', 1],
      ['8', 'migration response', 1],
    ])
  })

  test('a step that never comes', async () => {
    const played = await playCase(asWritten, at('3', never))
    expect(played.verdict).toBe('fail')
    expect(played.steps.at(-1)).toBe('3 missing')
    expect(only(played)).toMatchObject({
      requirement: 'the partner MC service server sends the migration request to the primary MC service server',
      clause: 'TR 23.781 6.x.1 step 3',
      basis: 'seed',
      step: '3',
      role: 'partnerServer',
      expected: ['the migration request within 2000 ms'],
      actual: 'nothing in 2000 ms',
      phase: 'body',
      replay: 'mcx run once more',
    })
  })

  test('a wrong value', async () => {
    const played = await playCase(asWritten, at('3', withIe('temporaryId', 'sip:other@b.example')))
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({
      field: 'temporaryId',
      step: '3',
      expected: ['sip:visitor-alice@b.example'],
      actual: 'sip:other@b.example',
      messages: [1],
    })
    expect(played.steps).toContain('3 diverged')
    expect(played.told).toContainEqual(
      expect.objectContaining({
        event: 'step',
        step: '3',
        fields: expect.arrayContaining([
          expect.objectContaining({ field: 'temporaryId', result: 'different' }),
          expect.objectContaining({ field: 'mcServiceId', result: 'same' }),
        ]) as unknown,
      }),
    )
  })

  test('a mandatory element left out', async () => {
    const played = await playCase(asWritten, at('3', withoutIe('mcServiceId')))
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({
      requirement: 'mcServiceId is mandatory in the migration request from the partner MC service server',
      field: 'mcServiceId',
      actual: 'absent',
    })
  })

  test('a conditional element left out though its condition holds', async () => {
    const played = await playCase(asWritten, at('3', withoutIe('temporaryId')))
    expect(played.verdict).toBe('fail')
    expect(only(played).requirement).toContain('since the partner MC system has allocated a temporary identity')
  })

  test('a forwarder adds a conditional element whose condition does not hold', async () => {
    const derived = caseOf('partnerGateway', 'unless:temporaryIdentityAllocated#both-gateways')
    const played = await playCase(derived, at('4', withIe('temporaryId', 'sip:made-up@b.example')))
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ field: 'temporaryId', expected: ['absent'], actual: 'sip:made-up@b.example' })
  })

  test('an optional element left out is no matter', async () => {
    expect((await playCase(asWritten, at('11', withoutIe('temporaryId')))).verdict).toBe('pass')
  })

  test('what is forwarded is forwarded unchanged', async () => {
    const derived = caseOf('primaryGateway', 'as-written#both-gateways')
    const played = await playCase(derived, at('9', withIe('result', 'refused')))
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ step: '9', field: 'result' })
  })

  test('a later step before its time', async () => {
    const impatient = await playCase(asWritten, { impatient: '8' })
    expect(impatient.verdict).toBe('fail')
    expect(only(impatient)).toMatchObject({
      step: '11',
      requirement: 'step 11 follows the steps before it',
      actual: expect.stringContaining('step 11 already') as unknown,
    })
    // What came before we answered came before our answer could have caused it: the step before it is not lost.
    expect(impatient.steps).toContain('3 done')
    expect(impatient.steps.at(-1)).toBe('11 diverged')
    expect(impatient.peer.heard.map(({ step }) => step)).toEqual(['1'])
  })

  test('something the procedure does not have', async () => {
    const stray: Saying = { step: '?', to: 'primaryServer', message: 'group call request', ies: {} }
    const played = await playCase(
      asWritten,
      at('3', (saying) => [stray, saying]),
    )
    expect(played.verdict).toBe('inconclusive')
    expect(only(played)).toMatchObject({
      requirement: 'nothing comes that the procedure does not have',
      actual: 'a group call request to the primary MC service server',
      expected: ['step 3: the migration request to the primary MC service server'],
    })
  })

  test('a message once more', async () => {
    const played = await playCase(
      asWritten,
      at('11', (saying) => [saying, { ...saying, after: 100 }]),
    )
    expect(played.verdict).toBe('inconclusive')
    expect(only(played).actual).toBe('the migration service authorization response once more')
  })

  test('what comes after the watch is over is not waited for', async () => {
    const played = await playCase(
      asWritten,
      at('11', (saying) => [saying, { ...saying, after: 300 }]),
    )
    expect(played.verdict).toBe('pass')
  })

  test('refused in course, by the protocol below', async () => {
    const played = await playCase(asWritten, { unwilling: '1' })
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({
      requirement: 'step 1 is accepted when it is as written',
      step: '1',
      actual: '403 Forbidden',
      expected: ['step 3: the migration request'],
    })
  })

  test('refused in course, by a message', async () => {
    const refusal = (saying: Saying): readonly Saying[] => [
      {
        step: '11',
        to: 'client',
        message: 'migration service authorization response',
        ies: { ...saying.ies, result: 'refused' },
      },
    ]
    const played = await playCase(asWritten, at('3', refusal))
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({
      requirement: 'the procedure succeeds when every check succeeds',
      step: '11',
      field: 'result',
    })
  })

  test('a result other than the one of the course ends it there', async () => {
    const derived = caseOf('primaryServer', 'as-written#no-gateways')
    const played = await playCase(derived, at('8', withIe('result', 'refused')))
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ step: '8', field: 'result', expected: ['accepted'], actual: 'refused' })
  })

  test('a state that does not hold', async () => {
    const played = await playCase(asWritten, {
      answers: () => ({ known: true, holds: false, values: {} }),
    })
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ step: '11', actual: 'it does not hold' })
  })

  test('a state that holds with another value', async () => {
    const derived = caseOf('primaryServer', 'as-written#no-gateways')
    const played = await playCase(derived, {
      answers: (_state, truth) =>
        truth.known ? { ...truth, values: { ...truth.values, partnerSystem: 'c.example' } } : truth,
    })
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({
      step: '7',
      field: 'partnerSystem',
      expected: ['partnerSystem b.example'],
      actual: 'partnerSystem c.example',
    })
  })

  test('a state nobody can ask for is said to be so, and neither passed nor failed', async () => {
    const { verdict, steps, findings } = await playCase(asWritten, { reticent: 'no control adapter' })
    expect(findings).toEqual([])
    expect(steps.at(-1)).toBe('then:partnerServer not-observable')
    // Both messages were seen to be right: the course itself passes.
    expect(verdict).toBe('pass')
  })
})

describe('what the tester cannot lay at the door of the system under test', () => {
  test('it cannot be reached', async () => {
    const played = await playCase(asWritten, {
      ...at('3', never),
      blurts: () => [{ kind: 'unreachable', text: 'connect ECONNREFUSED' }],
    })
    expect(played.verdict).toBe('inconclusive')
    expect(only(played)).toMatchObject({
      actual: 'connect ECONNREFUSED',
      expected: ['a reachable system under test; check the address, the port and that it runs'],
    })
  })

  test('it speaks first and nobody can set it going', async () => {
    const played = await playCase(caseOf('client', 'as-written#no-gateways'), { idle: 'no control adapter' })
    expect(played.verdict).toBe('inconclusive')
    expect(only(played)).toMatchObject({ step: '1', role: 'client', actual: 'no control adapter' })
    expect(played.steps).toContain('1 not-observable')
  })

  test('the only thing to judge is a state, and nobody can be asked', async () => {
    const derived = caseOf('client', '11~omit:result#no-gateways')
    const played = await playCase(derived, { reticent: 'no control adapter' })
    expect(played.verdict).toBe('inconclusive')
    expect(only(played)).toMatchObject({ actual: 'not observable from here' })
  })

  test('the tester stood still while something was late: an error of the tool', async () => {
    const clock = { now: () => 0, stalled: () => 0 }
    let now = 0
    const played = await playCase(asWritten, {
      ...at('3', never),
      script: {
        clock: { ...clock, now: () => (now += 1000), stalled: () => 1500 },
      },
    })
    expect(played.verdict).toBe('error')
    expect(only(played)).toMatchObject({ role: 'tester', verdict: 'error' })
  })

  test('the system under test is shared with other cases and may be ill because of them', async () => {
    const played = await playCase(asWritten, { ...at('3', never), script: { shared: () => true } })
    expect(played.verdict).toBe('inconclusive')
  })
})

describe('the rule of basis', () => {
  const derived = caseOf('primaryServer', 'as-written#no-gateways')
  // That the migration response names the user is a default of ours, what it is to be named of the specification.
  const anonymous = at('8', withoutIe('mcServiceId'))

  test('what rests on a default binding fails when the operator selected the profile', async () => {
    const played = await playCase(derived, { ...anonymous, script: { profileSelected: true } })
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ basis: 'default-binding', verdict: 'fail' })
  })

  test('and is inconclusive when not', async () => {
    const played = await playCase(derived, { ...anonymous, script: { profileSelected: false } })
    expect(played.verdict).toBe('inconclusive')
    expect(only(played)).toMatchObject({ basis: 'default-binding', verdict: 'inconclusive' })
  })

  test('what the specification says fails in any case', async () => {
    const played = await playCase(asWritten, { ...at('3', never), script: { profileSelected: false } })
    expect(played.verdict).toBe('fail')
  })

  test.each([
    ['published', 'fail'],
    ['rfc', 'fail'],
    ['default-binding', 'inconclusive'],
  ] as const)('a problem of a binding whose basis is %s is %s', async (basis, verdict) => {
    const problem = {
      field: 'Event',
      requirement: 'Event is poc-settings',
      source: { doc: 'TS 24.379', clause: '7.2.1', basis },
      expected: ['poc-settings'],
      actual: 'presence',
    }
    const played = await playCase(asWritten, {
      ...at('3', (saying) => [{ ...saying, problems: [problem] }]),
      script: { profileSelected: false },
    })
    expect(played.verdict).toBe(verdict)
    expect(only(played)).toMatchObject({ clause: 'TS 24.379 7.2.1', field: 'Event', actual: 'presence' })
  })

  test('a violation of the protocol below is told with its own clause, and the course goes on', async () => {
    const problem = {
      field: 'Via',
      requirement: 'a response has the Via of its request',
      source: { doc: 'RFC 3261', clause: '8.2.6.2', basis: 'rfc' as const },
      expected: ['the Via as sent'],
      actual: 'absent',
    }
    const played = await playCase(asWritten, {
      blurts: ({ step }) => (step === '1' ? [{ kind: 'violation', step, problems: [problem] }] : []),
    })
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ clause: 'RFC 3261 8.2.6.2', step: '1' })
    expect(played.steps).toContain('11 done')
  })

  test('what cannot be read breaks RFC 3261', async () => {
    const played = await playCase(asWritten, {
      blurts: ({ step }) => (step === '1' ? [{ kind: 'unreadable', text: 'no start line' }] : []),
    })
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ clause: 'RFC 3261 7', actual: 'no start line' })
  })
})

describe('what must not be granted', () => {
  const omitted = caseOf('partnerServer', '1~omit:credentials#no-gateways')

  test('a refusal is right, and is told where it came', async () => {
    const { verdict, steps } = await playCase(omitted)
    expect(verdict).toBe('pass')
    expect(steps).toContain('1 refused')
  })

  test('silence is right', async () => {
    const { verdict, steps, clock } = await playCase(omitted, { tacit: true })
    expect(verdict).toBe('pass')
    expect(steps).toContain('1 refused')
    expect(clock.now()).toBeGreaterThanOrEqual(1500)
  })

  test('a message that refuses is right', async () => {
    const refusal: Saying = {
      step: '11',
      to: 'client',
      message: 'migration service authorization response',
      ies: { result: 'refused' },
    }
    const { verdict, steps } = await playCase(omitted, { tacit: true, blurts: () => [refusal] })
    expect(verdict).toBe('pass')
    expect(steps).toContain('11 refused')
  })

  test('granted: the next step comes as if nothing were wrong', async () => {
    const played = await playCase(omitted, { credulous: true })
    expect(played.verdict).toBe('fail')
    expect(only({ ...played, findings: played.findings.slice(0, 1) })).toMatchObject({
      requirement:
        'nothing is granted or passed on when the migration service authorization request of step 1 lacks credentials',
      field: 'credentials',
      step: '3',
      expected: ['a refusal', 'silence'],
      actual: 'step 3: the migration request to the primary MC service server',
    })
  })

  test('granted after a refusal is granted all the same', async () => {
    const late: Saying = { step: '3', to: 'primaryServer', message: 'migration request', ies: {}, after: 200 }
    const played = await playCase(omitted, { blurts: () => [late] })
    expect(played.verdict).toBe('fail')
    expect(played.steps).toEqual(expect.arrayContaining(['1 refused', '3 diverged']))
  })

  test('refused in words, and held all the same', async () => {
    const played = await playCase(omitted, { answers: () => ({ known: true, holds: true, values: {} }) })
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ actual: 'it holds' })
  })

  test('every system that takes anything for good fails wherever what it grants can be seen or asked for', async () => {
    const wrong = everyCase.filter(({ oracle, variation }) => oracle === 'refusal' && variation.kind !== 'withhold')
    expect(wrong.length).toBeGreaterThan(100)
    for (const derived of wrong) {
      const { verdict } = await playCase(derived, { credulous: true })
      expect(verdict, derived.id).toBe('fail')
    }
  })

  test('while the message never arrives, nothing is granted', async () => {
    const derived = caseOf('partnerServer', '8~withhold#no-gateways')
    const played = await playCase(derived, { impatient: '8' })
    expect(played.verdict).toBe('fail')
    expect(played.findings[0]).toMatchObject({ step: '11' })
  })

  test('what a default of ours made mandatory is not demanded without the profile', async () => {
    const derived = caseOf('primaryServer', '3~omit:partnerSystem#no-gateways')
    const credulous = { credulous: true, reticent: 'no control adapter' }
    expect((await playCase(derived, { ...credulous, script: { profileSelected: false } })).verdict).toBe('inconclusive')
    expect((await playCase(derived, { ...credulous, script: { profileSelected: true } })).verdict).toBe('fail')
  })

  test('a published table is demanded in any case', () => {
    const derived = caseOf('primaryServer', '3~omit:mcServiceId#no-gateways')
    const act = derived.flow.steps.find(({ step }) => step === '3')?.act
    expect(act?.act === 'send' && act.message.source.clause).toBe(requestTable)
  })
})

describe('where both are acceptable', () => {
  const derived = caseOf('partnerServer', '1~malform:userProfileIndex.garbled#no-gateways')

  test('a refusal passes', async () => {
    const { verdict, steps } = await playCase(derived)
    expect(verdict).toBe('pass')
    expect(steps).toContain('1 refused')
  })
  test('going on passes', async () => {
    const unmoved = { credulous: true, ...at('3', withoutIe('userProfileIndex')) }
    const { verdict, steps } = await playCase(derived, unmoved)
    expect(verdict).toBe('pass')
    expect(steps).toContain('11 done')
  })
  test('silence passes', async () => {
    expect((await playCase(derived, { tacit: true })).verdict).toBe('pass')
  })
  test('going on with something else made of it is mentioned, and not failed', async () => {
    const played = await playCase(derived, { credulous: true, ...at('3', withIe('userProfileIndex', '77')) })
    expect(played.verdict).toBe('inconclusive')
    expect(only(played)).toMatchObject({ field: 'userProfileIndex', verdict: 'inconclusive' })
  })
})

describe('a check that turns out negative', () => {
  const own = caseOf('partnerServer', '2~deny:thisUser#no-gateways')

  test('the refusal path is taken', async () => {
    const { verdict, steps } = await playCase(own)
    expect(verdict).toBe('pass')
    expect(steps).toContain('11 done')
  })

  test('the request leaves in spite of the refusal', async () => {
    const played = await playCase(own, {
      says: (saying) => [{ step: '3', to: 'primaryServer', message: 'migration request', ies: {} }, saying],
    })
    expect(played.verdict).toBe('fail')
    expect(played.findings[0]).toMatchObject({
      step: '3',
      requirement: 'after the refusal the flow goes straight on, without step 3',
    })
    expect(played.findings[0]?.expected).not.toEqual([])
  })

  test('accepted in spite of the refusal', async () => {
    const played = await playCase(own, at('11', withIe('result', 'accepted')))
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ step: '11', field: 'result', expected: ['refused'], actual: 'accepted' })
  })

  test('silence instead of a refusal is our reading of the flow', async () => {
    const silent = at('11', never)
    expect((await playCase(own, { ...silent, script: { profileSelected: false } })).verdict).toBe('inconclusive')
    expect((await playCase(own, silent)).verdict).toBe('fail')
  })

  test('a refusal by the protocol below is a refusal too, of who refuses', async () => {
    const { verdict, steps } = await playCase(own, { unwilling: '1' })
    expect(verdict).toBe('pass')
    expect(steps).toContain('1 refused')
  })

  test('who has no reason to refuse may not refuse before the reason is there', async () => {
    const others = caseOf('partnerServer', '6~deny:thatPartner#no-gateways')
    const played = await playCase(others, { unwilling: '1' })
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ requirement: 'step 1 is accepted when it is as written' })
  })

  test('who is told of a refusal passes it on, and does not refuse to hear it', async () => {
    const gateway = caseOf('partnerGateway', '6~deny:thatPartner#partner-gateway-only')
    const played = await playCase(gateway, { unwilling: '8' })
    expect(played.verdict).toBe('fail')
  })
})

describe('a message that arrives twice', () => {
  const derived = caseOf('partnerServer', '1~twice#no-gateways')

  test('is handled once', async () => {
    const { verdict, peer } = await playCase(derived)
    expect(verdict).toBe('pass')
    expect(peer.heard[0]?.copies).toBe(2)
  })

  test('handled as new', async () => {
    const played = await playCase(derived, { repetitive: true })
    expect(played.verdict).toBe('fail')
    expect(played.findings[0]).toMatchObject({
      clause: 'RFC 3261 17.2.2',
      basis: 'rfc',
      expected: ['one migration request'],
      actual: 'a second migration request',
    })
  })
})

describe('a message that arrives before its time', () => {
  const derived = caseOf('partnerServer', '8~before:1#no-gateways')

  test('its refusal is no matter, and the course goes on', async () => {
    const { verdict, steps, peer } = await playCase(derived)
    expect(verdict).toBe('pass')
    expect(peer.heard.map(({ step }) => step)).toEqual(['8', '1', '8'])
    expect(steps).toContain('11 done')
  })

  test('who is misled by it grants before the answer is there', async () => {
    const granted: Saying = {
      step: '11',
      to: 'client',
      message: 'migration service authorization response',
      ies: { mcServiceId: 'sip:alice@a.example', result: 'accepted' },
    }
    let heard = 0
    const played = await playCase(derived, {
      blurts: () => ((heard += 1) === 2 ? [granted] : []),
    })
    expect(played.verdict).toBe('fail')
    expect(played.findings[0]).toMatchObject({ step: '11', requirement: 'step 11 follows the steps before it' })
  })
})

describe('two users at once', () => {
  const derived = caseOf('partnerServer', '8~crossed#no-gateways')

  test('are kept apart', async () => {
    expect((await playCase(derived)).verdict).toBe('pass')
  })

  test('the second, refused user is granted what the first one is', async () => {
    const played = await playCase(derived, { second: at('11', withIe('result', 'accepted')) })
    expect(played.verdict).toBe('fail')
    expect(played.findings[0]).toMatchObject({ step: '11', expected: ['refused'], actual: 'accepted' })
  })

  test('the first user has the refusal of the second', async () => {
    const played = await playCase(derived, { ...at('11', withIe('result', 'refused')), second: {} })
    expect(played.verdict).toBe('fail')
    expect(played.findings[0]).toMatchObject({ step: '11', expected: ['accepted'], actual: 'refused' })
  })

  test('the first user is answered for the second', async () => {
    const played = await playCase(derived, { ...at('11', withIe('mcServiceId', 'sip:bob@a.example')), second: {} })
    expect(played.verdict).toBe('fail')
    expect(played.findings[0]).toMatchObject({ field: 'mcServiceId' })
  })

  test('without a second user it is the tool that is wrong', async () => {
    await expect(playCase(derived, { script: { second: undefined as never } })).rejects.toThrow('needs a second user')
  })
})

describe('hiding', () => {
  const derived = caseOf('partnerGateway', 'as-written#both-gateways')
  const leak: Behaviour = {
    reveals: (role) => [{ text: `Via: ${role}.inside.b.example`, span: { start: 4, end: 30 } }],
  }

  test('what shows of the hidden actor', async () => {
    const played = await playCase(derived, leak)
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({
      requirement: 'the partner MC gateway server hides the partner MC service server from the other MC system',
      step: '4',
      field: 'topology',
      actual: 'Via: partnerServer.inside.b.example',
      span: { start: 4, end: 30 },
    })
  })

  test('who does not claim to hide is not failed for it', async () => {
    const played = await playCase(derived, { ...leak, script: { claims: { topologyHiding: false } } })
    expect(played.verdict).toBe('inconclusive')
  })

  test('who plays the hidden actor too has nothing to hide from us', async () => {
    const both = caseOf('partnerServer+partnerGateway', 'as-written#both-gateways')
    expect((await playCase(both, leak)).verdict).toBe('pass')
  })
})
