import { describe, expect, test } from 'vitest'
import { at, only, withIe } from './mistakes.testing.ts'
import type { Behaviour, Saying } from './peer.testing.ts'
import { caseOf, playCase } from './playing.testing.ts'

// Messages that come twice, too early, or for the other of two users; what a gateway server must hide.

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
