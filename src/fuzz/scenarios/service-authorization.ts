import type { Parties } from '#bindings'
import { requestBinding, values } from '../bound.ts'
import { judgeIdentity } from '../identities.ts'
import type { Legality, Violation } from '../legality.ts'
import type { Scenario } from '../scenario.ts'
import { hostOf, identityOf, systemsFor, type FuzzUser } from '../world.ts'

const systems = systemsFor('partnerServer')

/** Who a client is, and to whom it speaks. */
const parties = (user: FuzzUser, target: string): Parties => ({
  from: identityOf('client', systems),
  to: target,
  user: user.mcServiceId,
  clientId: user.clientId,
  host: hostOf('client', systems),
})

/** TS 33.180 B.11: the token is that of the user, unchanged; of the octets of its signature the last bits say nothing. */
function judgeToken({ ies }: Legality, { token }: FuzzUser): readonly Violation[] {
  const came = ies['credentials']
  if (came === token) return []
  if (came === undefined)
    return [{ level: 'elements', rule: 'credentials missing', clause: 'TR 23.781 6.x.1 step 1', reaction: 'refuse' }]
  const last = came.length === token.length && came.slice(0, -1) === token.slice(0, -1)
  // What a lenient decoder passes over (RFC 7515 2) makes it no other token.
  if (came.replace(/[\s=]/g, '') === token)
    return [{ level: 'elements', rule: 'credentials with padding', clause: 'RFC 7515 2', reaction: 'either' }]
  return [
    { level: 'elements', rule: 'credentials changed', clause: 'TS 33.180 B.11', reaction: last ? 'either' : 'refuse' },
  ]
}

/** The temporary identity may be left out, as the token says it; it may not be that of somebody else. */
function judgeTemporary({ ies }: Legality, { temporaryId }: FuzzUser): readonly Violation[] {
  const came = ies['temporaryId']
  if (came === undefined || came === temporaryId) return []
  const [violation] = judgeIdentity('temporaryId', came, temporaryId, 'TS 33.180 B.11')
  return violation === undefined ? [] : [violation]
}

/** What an index may be is not said in figures that go beyond an octet: those of the user are small numbers. */
function judgeIndex({ ies }: Legality): readonly Violation[] {
  const came = ies['userProfileIndex']
  if (came === undefined || /^\d{1,3}$/.test(came)) return []
  return [
    { level: 'elements', rule: 'userProfileIndex not of the user', clause: 'TS 24.484 8.3.2', reaction: 'either' },
  ]
}

/** TR 23.781 6.x.1 step 1, at the partner MC service server; the fuzzer is client and primary MC system. */
export const serviceAuthorization = (alternative: 'publish' | 'register'): Scenario => {
  const message = 'migration service authorization request'
  return {
    id: `migration/service-authorization@partnerServer/1${alternative === 'publish' ? '' : '~register'}`,
    title: `migration service authorization request by ${alternative.toUpperCase()}`,
    flow: 'migration/service-authorization',
    step: '1',
    role: 'partnerServer',
    from: 'client',
    service: 'mcptt',
    alternative,
    message,
    systems,
    state: 'the user is not authorized',
    ies: ({ mcServiceId, temporaryId, token }) => ({
      mcServiceId,
      temporaryId,
      credentials: token,
      userProfileIndex: '2',
    }),
    encode: (ies, user, own, target) =>
      requestBinding(message, alternative).encode(
        ies,
        { ...parties(user, target), contact: `sip:${own.client.address}:${own.client.port}` },
        values,
      ),
    judge: (read, user) => [
      ...judgeIdentity('mcServiceId', read.ies['mcServiceId'], user.mcServiceId, 'TS 33.180 B.11'),
      ...judgeToken(read, user),
      ...judgeTemporary(read, user),
      ...judgeIndex(read),
    ],
    legs: [{ to: 'primaryServer', message: 'migration request', carries: ['mcServiceId', 'temporaryId'] }],
    react(request, _user, own, target) {
      if (request.message !== 'migration request') return undefined
      const { mcServiceId, temporaryId } = request.ies
      const wire = requestBinding('migration response').encode(
        { ...(mcServiceId && { mcServiceId }), ...(temporaryId && { temporaryId }), result: 'accepted' },
        {
          from: own.primaryServer.identity,
          to: target,
          host: hostOf('primaryServer', systems),
          inReplyTo: request.callId,
        },
        values,
      )
      return { wire, from: 'primaryServer' }
    },
  }
}
