import { describe, expect, test } from 'vitest'
import { at, never, only, withIe, withoutIe } from './mistakes.testing.ts'
import { caseOf, playCase } from './playing.testing.ts'

// What weighs how much, and what is nobody else’s fault.

const asWritten = caseOf('partnerServer', 'as-written#no-gateways')

describe('what the tester cannot lay at the door of the system under test', () => {
  test('it cannot be reached', async () => {
    const played = await playCase(asWritten, {
      ...at('3', never),
      blurts: () => [{ kind: 'unreachable', text: 'connect ECONNREFUSED' }],
    })
    expect(played.verdict).toBe('inconclusive')
    expect(only(played)).toMatchObject({
      actual: 'connect ECONNREFUSED',
      expected: [
        'a reachable system under test; check the address, the port and that it runs',
        'answers of a size that can be looked at',
      ],
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

  test('the tester stood still so long that it was refused for that: an error of the tool', async () => {
    let now = 0
    const clock = { now: () => (now += 1), stalled: () => 800 }
    const timing = { answer: 2000, silence: 1500, quiet: 250, timers: { migrationResponse: 1500 } }
    const refusing = at('11', (saying) => [{ ...saying, ies: { ...saying.ies, result: 'refused' } }])
    const played = await playCase(asWritten, { ...refusing, script: { clock, timing } })
    expect(played.verdict).toBe('error')
    expect(only(played)).toMatchObject({ role: 'tester', field: 'result', verdict: 'error' })
    const wrong = await playCase(asWritten, { ...at('11', withIe('temporaryId', 'x')), script: { clock, timing } })
    expect(wrong.verdict).toBe('fail')
  })

  test('it floods the tester: its answer may lie unread, so that nobody can tell', async () => {
    const played = await playCase(asWritten, { ...at('3', never), flooding: true })
    expect(played.verdict).toBe('inconclusive')
    expect(only(played)).toMatchObject({ role: 'partnerServer', verdict: 'inconclusive' })
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

describe('a system under test that says nothing', () => {
  const silent = at('3', never)

  test('and shows no life at all may not be there: inconclusive', async () => {
    const played = await playCase(asWritten, { ...silent, lifeless: 'no response to an OPTIONS request' })
    expect(played.verdict).toBe('inconclusive')
    expect(only(played).actual).toBe('nothing in 2000 ms, and no response to an OPTIONS request')
    expect(played.steps).toContain('3 missing')
  })

  test('and lives all the same does not do what it must: fail', async () => {
    const played = await playCase(asWritten, silent)
    expect(played.verdict).toBe('fail')
    expect(only(played)).toMatchObject({ step: '3', actual: 'nothing in 2000 ms' })
  })

  test('that can be used: what it said is told', async () => {
    const played = await playCase(asWritten, { ...silent, astray: 'unreadable over udp: no start line' })
    expect(only(played).actual).toBe(
      'nothing in 2000 ms but what could be taken for no case: unreadable over udp: no start line',
    )
  })

  test('to a request, and goes on with the procedure: nobody can pass that', async () => {
    const played = await playCase(caseOf('primaryServer', 'as-written#no-gateways'), { deaf: ['3'] })
    expect(played.verdict).toBe('inconclusive')
    expect(only(played)).toMatchObject({ step: '3', clause: 'RFC 3261 8.2.6' })
    expect(played.clock.now()).toBeGreaterThanOrEqual(2000)
  })
})

test('after a refusal that is as good as a grant, what the protocol below does not allow is found', async () => {
  const problem = {
    field: 'reason-phrase',
    requirement: 'a SIP message follows the rules of SIP',
    source: { doc: 'RFC 3261', clause: '25.1', basis: 'rfc' as const },
    expected: ['no NUL'],
    actual: 'NUL',
  }
  const derived = caseOf('primaryServer', '3~malform:userProfileIndex.garbled#no-gateways')
  const played = await playCase(derived, {
    blurts: ({ step }) => [{ kind: 'violation', step, problems: [problem], after: 100 }],
  })
  expect(played.verdict).toBe('fail')
  expect(only(played)).toMatchObject({ clause: 'RFC 3261 25.1' })
})

test('what says too much is not looked at to the end, and does not pass for that', async () => {
  const derived = caseOf('primaryServer', 'as-written#no-gateways')
  const played = await playCase(derived, {
    blurts: () => [{ kind: 'flood', limit: 'at most 200 messages', after: 100 }],
  })
  expect(played.verdict).toBe('inconclusive')
  expect(only(played)).toMatchObject({ expected: ['at most 200 messages'], verdict: 'inconclusive' })
})

test('a finding made a thousand times is told a few times, and how often it was made', async () => {
  const derived = caseOf('primaryServer', 'as-written#no-gateways')
  const played = await playCase(
    derived,
    at('8', (saying) => Array.from({ length: 1000 }, () => saying)),
  )
  expect(played.verdict).toBe('inconclusive')
  expect(played.findings).toHaveLength(5)
  expect(played.told).toContainEqual({
    event: 'note',
    text: '994 further findings like these were made, and are left out here',
  })
})

test('what a system under test says at length is cut', async () => {
  const derived = caseOf('primaryServer', 'as-written#no-gateways')
  const played = await playCase(derived, at('8', withIe('temporaryId', 'x'.repeat(100_000))))
  expect(played.verdict).toBe('fail')
  expect(only(played).actual).toHaveLength(2000 + ' (100000 characters, cut)'.length)
  expect(JSON.stringify(played.told).length).toBeLessThan(20_000)
})

test('what is no message of the profile weighs as much as the profile', async () => {
  const problem = {
    field: 'method',
    requirement: 'what belongs to the procedure is a message of the profile',
    source: { doc: 'docs/bindings.md', clause: 'messages', basis: 'default-binding' as const },
    expected: ['a message of the profile'],
    actual: 'SUBSCRIBE',
  }
  const stranger = {
    blurts: ({ step }: { step: string }) =>
      step === '1' ? [{ kind: 'unreadable' as const, text: 'SUBSCRIBE', problems: [problem] }] : [],
  }
  const played = (profileSelected: boolean) => playCase(asWritten, { ...stranger, script: { profileSelected } })
  expect((await played(true)).verdict).toBe('fail')
  expect((await played(false)).verdict).toBe('inconclusive')
})
