import { describe, expect, test } from 'vitest'
import { at, never, only, withIe, withoutIe } from './mistakes.testing.ts'
import type { Saying } from './peer.testing.ts'
import { caseOf, everyCase, playCase } from './playing.testing.ts'

// What must not be granted, what may be refused or not, and checks that turn out negative.

const requestTable = 'table 10.6.3.2.1-1'

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
