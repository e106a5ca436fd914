import { describe, expect, test } from 'vitest'
import { byUser, flow, step, type Flow } from '#flow'
import serviceAuthorization from '../../suites/migration/service-authorization.flow.ts'
import { client, partnerServer, primaryServer } from '../../suites/vocabulary/actors.ts'
import { carriedAt, choicesOf, inVariant, messageSteps, refusedAt, writtenOut } from './course.ts'
import { asker, asking, choosing, middle, performing, spreading, Tell, user } from './example-flows.testing.ts'

const arrows = (of: Flow): readonly string[] =>
  messageSteps(of).map(({ step: number, act }) => `${number} ${act.act} ${act.from}>${act.to}`)
const numbers = (of: Flow): readonly string[] => of.steps.map((one) => one.step)

describe('inVariant: what an absent actor would have passed on goes straight through', () => {
  test.each([
    [
      'both-gateways',
      [
        '3 send partnerServer>partnerGateway',
        '4 forward partnerGateway>primaryGateway',
        '5 forward primaryGateway>primaryServer',
      ],
      [
        '8 send primaryServer>primaryGateway',
        '9 forward primaryGateway>partnerGateway',
        '10 forward partnerGateway>partnerServer',
      ],
    ],
    [
      'partner-gateway-only',
      ['3 send partnerServer>partnerGateway', '4 forward partnerGateway>primaryServer'],
      ['8 send primaryServer>partnerGateway', '10 forward partnerGateway>partnerServer'],
    ],
    [
      'primary-gateway-only',
      ['3 send partnerServer>primaryGateway', '5 forward primaryGateway>primaryServer'],
      ['8 send primaryServer>primaryGateway', '9 forward primaryGateway>partnerServer'],
    ],
    ['no-gateways', ['3 send partnerServer>primaryServer'], ['8 send primaryServer>partnerServer']],
  ])('%s', (variant, request, response) => {
    expect(arrows(inVariant(serviceAuthorization, variant))).toEqual([
      '1 send client>partnerServer',
      ...request,
      ...response,
      '11 send partnerServer>client',
    ])
  })

  test('checks, records and outcomes stay; absent actors are gone altogether', () => {
    const without = inVariant(serviceAuthorization, 'no-gateways')
    expect(numbers(without)).toEqual(['1', '2', '3', '6', '7', '8', '11'])
    expect(Object.keys(without.actors)).toEqual(['client', 'partnerServer', 'primaryServer'])
    expect(without.outcome).toEqual(serviceAuthorization.outcome)
    expect(JSON.stringify(without.steps)).not.toContain('Gateway')
  })

  test('who is absent hides nobody any more', () => {
    const hides = (variant: string): unknown =>
      messageSteps(inVariant(serviceAuthorization, variant)).flatMap(({ act }) =>
        act.act === 'forward' ? (act.hides ?? []) : [],
      )
    expect(hides('both-gateways')).toEqual(['partnerServer', 'primaryServer'])
    expect(hides('partner-gateway-only')).toEqual(['partnerServer'])
    expect(hides('primary-gateway-only')).toEqual(['primaryServer'])
  })

  test('a variant there is not', () => {
    expect(() => inVariant(asking, 'half')).toThrow('example/asking has no variant half; variants: whole')
  })
})

describe('refusedAt: the course when a check turns out negative', () => {
  const without = inVariant(serviceAuthorization, 'no-gateways')

  test('goes straight to where the refusal continues, with what it sets', () => {
    const { flow: refused, cut } = refusedAt(without, '2')
    expect(numbers(refused)).toEqual(['1', '11'])
    expect(cut.map((one) => one.step)).toEqual(['3', '6', '7', '8'])
    expect(messageSteps(refused).at(-1)?.act).toMatchObject({
      carries: { result: { literal: 'refused' }, mcServiceId: { term: 'mcServiceId' } },
    })
  })

  test('everything after the refusal is told refused, and nothing is recorded or held', () => {
    const { flow: refused, cut } = refusedAt(without, '6')
    expect(numbers(refused)).toEqual(['1', '2', '3', '8', '11'])
    expect(cut.map((one) => one.step)).toEqual(['7'])
    const results = messageSteps(refused).flatMap((one) => carriedAt(refused, one)['result'] ?? [])
    expect(results).toEqual([
      { kind: 'result', literal: 'refused' },
      { kind: 'result', literal: 'refused' },
    ])
    expect(refused.outcome).toEqual([])
  })

  test('what is only forwarded tells what was sent', () => {
    const { flow: refused } = refusedAt(inVariant(serviceAuthorization, 'both-gateways'), '6')
    const told = messageSteps(refused).map((one) => [one.step, carriedAt(refused, one)['result']])
    expect(told.filter(([, result]) => result !== undefined).map(([number]) => number)).toEqual(['8', '9', '10', '11'])
    expect(JSON.stringify(told)).not.toContain('accepted')
  })

  test('a step that is no check', () => {
    expect(() => refusedAt(without, '3')).toThrow('migration/service-authorization step 3 is not a check')
    expect(() => refusedAt(without, '99')).toThrow('step 99 is not a check')
  })
})

describe('choicesOf: each way through the alternatives', () => {
  test('a flow without alternatives has the one unnamed way', () => {
    expect(choicesOf(asking)).toEqual([{ name: '', flow: asking }])
  })

  test('every combination, by name, in the order of the text', () => {
    expect(choicesOf(choosing).map(({ name, flow: way }) => [name, numbers(way)])).toEqual([
      ['at-once-silent', ['1', '2a']],
      ['at-once-told', ['1', '2a', '3']],
      ['after-asking-silent', ['1', '2b', '2c', '2d']],
      ['after-asking-told', ['1', '2b', '2c', '2d', '3']],
    ])
  })

  test('no way has an alternative left', () => {
    for (const { flow: way } of choicesOf(choosing))
      expect(way.steps.every((one) => one.act.act !== 'either')).toBe(true)
  })
})

describe('writtenOut: performed flows in place', () => {
  const library = { [asking.id]: asking }

  test('steps are numbered under the performing step, roles are those of the performer', () => {
    const written = writtenOut(performing, library)
    expect(numbers(written)).toEqual(['1', '2a.1', '2a.2', '2a.3', '2a.4', '3'])
    expect(arrows(written)).toEqual([
      '1 send asker>middle',
      '2a.1 send middle>answerer',
      '2a.4 send answerer>middle',
      '3 send middle>asker',
    ])
  })

  test('a refusal inside continues inside, and ends there', () => {
    const { flow: refused, cut } = refusedAt(writtenOut(performing, library), '2a.2')
    expect(numbers(refused)).toEqual(['1', '2a.1', '2a.4'])
    expect(cut.map((one) => one.step)).toEqual(['2a.3', '3'])
  })

  test('whoever does not exist here does not exist in what is performed', () => {
    const roaming = flow({
      id: 'example/roaming',
      title: 'Roaming',
      spec: asking.spec,
      actors: [client, partnerServer, primaryServer],
      given: [],
      steps: [byUser(step(1, client.performs(serviceAuthorization), { as: {} }))],
      variants: { whole: { title: 'everybody is there', without: [] } },
    })
    const written = writtenOut(roaming, { [serviceAuthorization.id]: serviceAuthorization })
    expect(arrows(written)).toEqual([
      '1.1 send client>partnerServer',
      '1.3 send partnerServer>primaryServer',
      '1.8 send primaryServer>partnerServer',
      '1.11 send partnerServer>client',
    ])
    expect(written.steps.filter((one) => one.byUser).map((one) => one.step)).toEqual(['1.1'])
    const alone = { ...roaming, actors: { client: 'client' } }
    expect(() => writtenOut(alone, { [serviceAuthorization.id]: serviceAuthorization })).toThrow(
      'has no variant with these actors alone: client',
    )
  })

  test('groups and forwards inside are renamed throughout', () => {
    const outer = (of: Flow): Flow =>
      flow({
        id: 'example/outer',
        title: 'Outer',
        spec: asking.spec,
        actors: [asker, middle],
        given: [],
        steps: [
          step(1, asker.sends(Tell).to(middle), { user }),
          step(2, middle.performs(of), { as: { answerer: asker } }),
        ],
        variants: {},
      })
    const spread = writtenOut(outer(spreadingWithTwo), { [spreadingWithTwo.id]: spreadingWithTwo })
    expect(arrows(spread)).toEqual(['1 send asker>middle', '2.2a send middle>asker', '2.2b send middle>asker'])
  })

  test('a flow nobody wrote', () => {
    expect(() => writtenOut(performing, { [choosing.id]: choosing })).toThrow(
      'example/performing step 2a performs example/asking, which is not among: example/choosing',
    )
  })

  test('a flow that performs nothing stays as it is', () => {
    expect(writtenOut(asking, {})).toEqual(asking)
  })
})

const spreadingWithTwo: Flow = {
  ...spreading,
  id: 'example/spreading-with-two',
  steps: spreading.steps.filter((one) => one.act.act === 'anyOrder'),
}

describe('messageSteps', () => {
  test('those in any order stand in the order of the text', () => {
    expect(messageSteps(spreading).map((one) => one.step)).toEqual(['1', '2a', '2b', '3'])
  })
})
