import { describe, expect, test } from 'vitest'
import { checks, states } from './check.ts'
import { defineFlow, flow, type Flow, type FlowText } from './flow.ts'
import { M, O } from './information-element.ts'
import { literals, message, values } from './message.ts'
import { FlowError } from './refuse.ts'
import { actors, anyOrder, either, step, type Actor } from './sentence.ts'
import type { Step } from './step.ts'

const { client, server, gateway } = actors({ client: 'client', server: 'server', gateway: 'gateway' })
const { stranger } = actors({ stranger: 'somebody else' })
const { user, system } = values({ user: 'mcServiceId', system: 'systemId' })
const { accepted, refused } = literals('result', 'accepted', 'refused')
const { permitted, wayless } = checks({
  permitted: { that: 'it is permitted', about: [user], ways: { no: 'it is not' } },
  wayless: { that: 'it cannot fail', about: [user], ways: {} },
})
const { migrated } = states({ migrated: { that: 'the user has migrated', about: [user] } })
const source = { doc: 'TR 23.781', clause: '6.x.1', basis: 'seed' } as const
const Request = message('request', source, { user: M('mcServiceId', 'who'), system: O('systemId', 'where') })
const Response = message('response', source, { result: M('result', 'the result') })

const request = step(1, client.sends(Request).to(server), { user })
const response = step(4, server.sends(Response).to(client), { result: accepted })

const text = (change: Partial<FlowText>): FlowText => ({
  id: 'theme/name',
  title: 'Title',
  spec: { ...source, figure: '6.x.1-1' },
  actors: [client, server, gateway],
  given: [],
  steps: [request, response],
  variants: {},
  ...change,
})

/** A step as no sentence could make it: what a transformation or a JSON file may hold. */
const raw = (number: string, act: Step['act']): Step => ({ step: number, act })

describe('a wrong flow is refused at definition, with the step, the rule and the repair', () => {
  const table: readonly (readonly [rule: string, change: Partial<FlowText>, message: string])[] = [
    [
      'its id is theme/name',
      { id: 'Theme/Name' },
      'Theme/Name: a flow id is theme/name in lower case with hyphens, for example migration/service-authorization.',
    ],
    ['it has steps', { steps: [] }, 'theme/name: a flow has at least one step; write its steps.'],
    [
      'a variant has a name that fits in a case id',
      { variants: { 'No gateways': { title: 'none', without: [] } } },
      'theme/name variant "No gateways": a variant is named in lower case with hyphens, since the name is part of case ids.',
    ],
    [
      'a variant leaves out actors of the flow',
      { variants: { none: { title: 'none', without: [stranger] } } },
      'theme/name variant "none": "stranger" is not an actor; actors: client, server, gateway.',
    ],
    [
      'a variant leaves out only who forwards',
      { variants: { none: { title: 'none', without: [client] } } },
      'theme/name variant "none": client does more than forward (step 1); leave out only who forwards what it gets.',
    ],
    [
      'a variant leaves out only who forwards at once',
      {
        steps: [request, step(2, server.forwards(Request).to(gateway)), response],
        variants: { none: { title: 'none', without: [gateway] } },
      },
      'theme/name variant "none": what gateway gets in step 2 it does not forward in the next; leave out only who forwards at once.',
    ],
    [
      'an outcome is so by a step of the flow',
      { outcome: [{ at: server, state: migrated, by: 9 }] },
      'theme/name outcome "the user has migrated": it is so by step "9", which this flow does not have; steps: 1, 4.',
    ],
    [
      'an outcome is of an actor of the flow',
      { outcome: [{ at: stranger, state: migrated }] },
      'theme/name outcome "the user has migrated": "stranger" is not an actor; actors: client, server, gateway.',
    ],
    [
      'two steps have two numbers',
      { steps: [request, step(1, server.sends(Response).to(client), { result: accepted })] },
      'theme/name step 1: two steps have this number; use the specification’s own, such as 4a and 4b.',
    ],
    [
      'who sends is an actor of the flow',
      { steps: [step(1, client.sends(Request).to(stranger), { user })] },
      'theme/name step 1: "stranger" is not an actor; actors: client, server, gateway.',
    ],
    [
      'nobody sends to itself',
      { steps: [step(1, client.sends(Request).to(client), { user })] },
      'theme/name step 1: client sends to itself; name another recipient.',
    ],
    [
      'mandatory elements are carried',
      {
        steps: [raw('1', { act: 'send', from: 'client', to: 'server', message: Request, carries: {} })],
      },
      'theme/name step 1: the request has the mandatory element user, which is not carried; add user.',
    ],
    [
      'only elements of the message are carried',
      {
        steps: [
          raw('1', {
            act: 'send',
            from: 'client',
            to: 'server',
            message: Request,
            carries: { user, result: accepted },
          }),
        ],
      },
      'theme/name step 1: the request has no element result; its elements: user, system.',
    ],
    [
      'a value is of the kind of its element',
      {
        steps: [raw('1', { act: 'send', from: 'client', to: 'server', message: Request, carries: { user: system } })],
      },
      'theme/name step 1: user of the request is of kind mcServiceId, but system is of kind systemId.',
    ],
    [
      'nobody forwards to itself',
      { steps: [request, step(2, server.forwards(Request).to(server))] },
      'theme/name step 2: server forwards to itself; name another recipient.',
    ],
    [
      'what is forwarded was sent before',
      { steps: [step(1, server.forwards(Response).to(gateway)), response] },
      'theme/name step 1: a response is forwarded before anyone sent one; send it in an earlier step.',
    ],
    [
      'who is hidden is an actor of the flow',
      { steps: [request, step(2, server.forwards(Request).to(gateway), { hides: [stranger] })] },
      'theme/name step 2: "stranger" is not an actor; actors: client, server, gateway.',
    ],
    [
      'what is routed carries what it is routed by',
      { steps: [request, step(2, server.forwards(Request).to(gateway), { routedBy: system })] },
      'theme/name step 2: the request is routed by system, which it does not carry; it carries: user.',
    ],
    [
      'a refusal sets what is carried further on',
      { steps: [request, step(2, server.checks(permitted), { otherwise: 4, reslut: refused }), response] },
      'theme/name step 2: a refusal sets reslut, which nothing sent from step 4 on carries; carried there: result.',
    ],
    [
      'a refusal sets a value of the right kind',
      { steps: [request, step(2, server.checks(permitted), { otherwise: 4, result: user }), response] },
      'theme/name step 2: a refusal sets result, which is of kind result in the response, to user of kind mcServiceId.',
    ],
    [
      'a refusal continues at a step there is',
      { steps: [request, step(2, server.checks(permitted), { otherwise: 9, result: refused }), response] },
      'theme/name step 2: a refusal continues at step "9", which this flow does not have; steps: 1, 2, 4.',
    ],
    [
      'a refusal continues later on',
      { steps: [request, step(2, server.checks(permitted), { otherwise: 1, result: refused }), response] },
      'theme/name step 2: a refusal continues at step "1", which is not after this one.',
    ],
    [
      'a check can turn out negative',
      { steps: [request, step(2, server.checks(wayless), { otherwise: 4, result: refused }), response] },
      'theme/name step 2: a check names at least one way in which it can turn out negative.',
    ],
    [
      'something is recorded',
      { steps: [request, step(2, server.records(migrated), {}), response] },
      'theme/name step 2: nothing is recorded; name the values.',
    ],
    [
      'steps in any order are at least two',
      { steps: [request, anyOrder(response)] },
      'theme/name step 4: anyOrder takes at least two steps.',
    ],
    [
      'what comes in any order are messages and records',
      { steps: [request, anyOrder(response, step(5, server.performs({ id: 'theme/other' }), { as: {} }))] },
      'theme/name step 4|5: anyOrder takes messages and records, but step 5 is neither; write it before or after.',
    ],
    [
      'alternatives have names that fit in a case id',
      { steps: [request, either({ 'The one': [response], other: [] })] },
      'theme/name step 4|: the alternative "The one" is named in lower case with hyphens, since the name is part of case ids.',
    ],
    [
      'alternatives are at least two',
      { steps: [request, either({ only: [response] })] },
      'theme/name step 4: either takes at least two alternatives.',
    ],
  ]

  test.each(table)('%s', (_rule, change, refusal) => {
    expect(() => flow(text(change))).toThrow(new FlowError(refusal))
  })

  test('steps inside groups are looked at too', () => {
    const wrong = step(5, client.sends(Request).to(client), { user })
    const inGroups: readonly Step[] = [anyOrder(response, wrong), either({ one: [response], other: [wrong] })]
    for (const group of inGroups)
      expect(() => flow(text({ steps: [request, group] }))).toThrow('step 5: client sends to itself')
  })
})

describe('a right flow', () => {
  const right = flow(
    text({
      steps: [
        request,
        step(2, server.checks(permitted), { otherwise: 4, result: refused }),
        step(3, server.records(migrated), { user }),
        response,
      ],
      outcome: [{ at: client, state: migrated }],
      variants: { 'no-gateway': { title: 'without', without: [gateway] } },
    }),
  )

  test('is frozen, all of it', () => {
    expect(Object.isFrozen(right)).toBe(true)
    expect(() => (right.steps as Step[]).push(request)).toThrow(TypeError)
    const [first] = right.steps
    expect(() => Object.assign(first?.act ?? {}, { from: 'gateway' })).toThrow(TypeError)
  })

  test('is JSON: written and read again it is the same flow', () => {
    const again = defineFlow(JSON.parse(JSON.stringify(right)) as Flow)
    expect(again).toEqual(right)
  })

  test('does not say which side anybody sits on', () => {
    const roles: readonly Actor[] = [client, server, gateway]
    expect(Object.keys(right.actors)).toEqual(roles.map((role) => role.key))
    expect(JSON.stringify(right)).not.toMatch(/receive|expect|sut|tester/i)
  })
})
