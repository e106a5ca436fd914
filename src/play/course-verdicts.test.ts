import { describe, expect, test } from 'vitest'
import { at, never, only, withIe, withoutIe } from './mistakes.testing.ts'
import type { Saying } from './peer.testing.ts'
import { caseOf, playCase } from './playing.testing.ts'

// Each way in which a course as written can go wrong, provoked by one mistake of a system that is right in everything else.

const asWritten = caseOf('partnerServer', 'as-written#no-gateways')

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
