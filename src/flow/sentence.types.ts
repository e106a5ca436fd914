import { conditions } from './condition.ts'
import { checks, states, timers } from './check.ts'
import { C, M, O } from './information-element.ts'
import { literals, message, values } from './message.ts'
import { actors, either, step, within } from './sentence.ts'

// Wrong flows that must not compile. The compiler reads this file and nobody runs it: each line below an expected error
// has exactly one mistake, and a mistake that the types let pass is an unused @ts-expect-error, which is an error too.

const { client, server, gateway } = actors({
  client: 'MC service client',
  server: 'MC service server',
  gateway: 'MC gateway server',
})
const { mcServiceId, temporaryId, credentials, partnerSystem } = values({
  mcServiceId: 'mcServiceId',
  temporaryId: 'mcServiceId',
  credentials: 'credentials',
  partnerSystem: 'systemId',
})
const { accepted, refused } = literals('result', 'accepted', 'refused')
const { allocated } = conditions({ allocated: 'a temporary identity was allocated' })
const { permitted } = checks({
  permitted: { that: 'it is permitted', about: [mcServiceId], ways: { no: 'it is not' } },
})
const { migrated } = states({ migrated: { that: 'the user has migrated', about: [mcServiceId] } })
const { answer } = timers({ answer: 'the answer' })
const source = { doc: 'TR 23.781', clause: '6.x.1', basis: 'seed' } as const
const Request = message('request', source, {
  mcServiceId: M('mcServiceId', 'the user'),
  credentials: M('credentials', 'its credentials'),
  temporaryId: C('mcServiceId', 'its temporary identity', allocated),
  partnerSystem: O('systemId', 'where to'),
})
const Response = message('response', source, { result: M('result', 'the result') })

/** What compiles, so that what does not is known to fail for its one mistake. */
export const right = [
  step(1, client.sends(Request).to(server), { mcServiceId, credentials }),
  step('1a', client.sends(Request).to(server), { mcServiceId, credentials, temporaryId, partnerSystem }),
  step(2, server.checks(permitted), { otherwise: 4, result: refused }),
  step(3, server.forwards(Request).to(gateway)),
  step('3a', server.forwards(Request).to(gateway), { routedBy: mcServiceId, hides: [client] }),
  step('3b', server.records(migrated), { mcServiceId }),
  step('3c', server.performs({ id: 'theme/other' }), { as: { client: gateway } }),
  within({ atMost: answer, atLeast: answer }, step(4, server.sends(Response).to(client), { result: accepted })),
  either({ one: [step(5, server.sends(Response).to(client), { result: accepted })], none: [] }),
]

export const wrong = [
  // @ts-expect-error: mandatory credentials are missing
  step(1, client.sends(Request).to(server), { mcServiceId }),
  // @ts-expect-error: the request has no result
  step(1, client.sends(Request).to(server), { mcServiceId, credentials, result: accepted }),
  // @ts-expect-error: an identity where credentials belong
  step(1, client.sends(Request).to(server), { mcServiceId, credentials: mcServiceId }),
  // @ts-expect-error: a system where an optional identity belongs
  step(1, client.sends(Request).to(server), { mcServiceId, credentials, temporaryId: partnerSystem }),
  // @ts-expect-error: a literal of another kind
  step(1, server.sends(Response).to(client), { result: mcServiceId }),
  // @ts-expect-error: a bare string is no value of the flow
  step(1, server.sends(Response).to(client), { result: 'accepted' }),
  // @ts-expect-error: no information elements at all
  step(1, client.sends(Request).to(server)),
  // @ts-expect-error: no recipient
  step(1, client.sends(Request), { mcServiceId, credentials }),
  // @ts-expect-error: the recipient is no actor
  step(1, client.sends(Request).to('server'), { mcServiceId, credentials }),
  // @ts-expect-error: the sender is no actor
  step(1, mcServiceId.sends(Request).to(server), { mcServiceId, credentials }),
  // @ts-expect-error: what is sent is no message
  step(1, client.sends(mcServiceId).to(server), { mcServiceId, credentials }),
  // @ts-expect-error: the number of a step begins with a digit
  step('a4', client.sends(Request).to(server), { mcServiceId, credentials }),
  // @ts-expect-error: a check has a refusal path
  step(2, server.checks(permitted)),
  // @ts-expect-error: a refusal path says where it goes on
  step(2, server.checks(permitted), { result: refused }),
  // @ts-expect-error: a state is no check
  step(2, server.checks(migrated), { otherwise: 4, result: refused }),
  // @ts-expect-error: a forward changes no element
  step(3, server.forwards(Request).to(gateway), { mcServiceId }),
  // @ts-expect-error: only actors are hidden
  step(3, server.forwards(Request).to(gateway), { hides: [mcServiceId] }),
  // @ts-expect-error: routed by a value, not by an actor
  step(3, server.forwards(Request).to(gateway), { routedBy: server }),
  // @ts-expect-error: records name their values
  step(3, server.records(migrated)),
  // @ts-expect-error: a check is no state
  step(3, server.records(permitted), { mcServiceId }),
  // @ts-expect-error: roles of a performed flow are actors
  step(3, server.performs({ id: 'theme/other' }), { as: { client: 'gateway' } }),
  // @ts-expect-error: milliseconds are configuration, a flow names a timer
  within({ atMost: 1000 }, step(4, server.sends(Response).to(client), { result: accepted })),
  // @ts-expect-error: an alternative is a list of steps
  either({ one: server.sends(Response).to(client), other: [] }),
]

/** Declarations that must not compile either. */
export const wrongDeclarations = [
  // @ts-expect-error: no kind of information element
  M('telephoneNumber', 'no kind of that name'),
  // @ts-expect-error: a conditional element names its condition
  C('mcServiceId', 'present sometimes'),
  // @ts-expect-error: no such status
  message('request', source, { mcServiceId: { kind: 'mcServiceId', status: 'X', describes: '' } }),
  // @ts-expect-error: a source has a basis
  message('request', { doc: 'TR 23.781', clause: '6.x.1' }, {}),
  // @ts-expect-error: no such basis
  message('request', { doc: 'TR 23.781', clause: '6.x.1', basis: 'hearsay' }, {}),
  // @ts-expect-error: no kind of information element
  values({ mcServiceId: 'telephoneNumber' }),
  // @ts-expect-error: no kind of information element
  literals('answer', 'yes'),
  // @ts-expect-error: the ways a check can fail are named
  checks({ permitted: { that: 'it is permitted', about: [mcServiceId] } }),
]
