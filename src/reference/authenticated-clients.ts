import type { WireResponse } from '#bindings'
import { createDigestChallenger, hostOf } from '#stack/sip'
import type { OutgoingResponse } from '#stack/sip'
import { header, readMessage, rewriteMessage } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { derivedIdentifier } from './derived-identifier.ts'
import { keyOf } from './mc-service-id.ts'
import type { IncomingRequest, McFunction, Peer, Surroundings } from './mc-function.ts'
import type { DigestProvision } from './provision.ts'
import { refusing } from './refusal.ts'

/**
 * An MC service server that challenges its clients with Digest (TS 24.229 annex P, RFC 3261 22), where the provisioning
 * knows their passwords. Its peers, other MC service servers and gateway servers, are trusted for where they are.
 */
export function authenticatedClients(
  entity: McFunction,
  { realm, users }: DigestProvision,
  peers: Iterable<Peer>,
  around: Surroundings,
): McFunction {
  const { defective } = around
  const trusted = new Set([...peers].map(({ address, port }) => `${hostOf(address)}:${port}`))
  const secret = derivedIdentifier(around.seed, around.name, 'digest')
  const challenger = createDigestChallenger({
    ...{ realm, secret, clock: around.clock, passwordOf: (username: string) => users.get(username)?.password },
  })
  /** Nonces that were good once (only ever by a decoy). */
  const used = new Set<string>()

  /** Whether the user may speak for whom the message names. */
  function speaksFor(username: string, request: IncomingRequest): boolean {
    const ies = around.messages.in(request.message).read(request.message)?.ies
    const named = keyOf(ies?.['mcServiceId'] ?? ies?.['callingParty'])
    return named === undefined || users.get(username)?.mcServiceIds.has(named) === true
  }

  return {
    ...entity,
    receive(request) {
      const { message, method, origin } = request
      if (trusted.has(`${hostOf(origin.address)}:${origin.port}`)) return entity.receive(request)
      if (method === 'INVITE' && defective('invite-not-challenged')) return entity.receive(request)
      const nonce = /nonce="([^"]*)"/.exec(header(message, 'Authorization') ?? '')?.[1] ?? ''
      const stale = defective('fresh-nonce-each-time') && used.has(nonce)
      const judged = challenger.judge(judgedMessage(message, stale, defective('digest-uri-unchecked')))
      switch (judged.kind) {
        case 'challenged':
          if (judged.reason === 'nonce-foreign' && defective('nonce-of-nobody-taken')) return entity.receive(request)
          return request.respond(plain(judged.response, stale))
        case 'refused':
          return request.respond(plain(judged.response, false))
        case 'authenticated':
          used.add(nonce)
          if (speaksFor(judged.username, request) || defective('identity-not-bound-to-user'))
            return entity.receive(request)
          return request.respond(refusing(around.messages.in(message).refusals.userAuthorisation, around.host))
      }
    },
  }
}

/** A response without a body. */
const plain = ({ status, reason, headers }: OutgoingResponse, stale: boolean): WireResponse => ({
  status,
  reason,
  headers: headers.map(([name, value]) => [name, stale ? `${value}, stale=true` : value] as const),
})

/** The request as it is judged: without credentials that are good no more, or with the Request-URI that they were made for. */
function judgedMessage(message: SipMessage, stale: boolean, uriUnchecked: boolean): SipMessage {
  const field = message.headers.find(({ name }) => name.toLowerCase() === 'authorization')
  if (field === undefined || message.startLine.kind !== 'request') return message
  if (stale) return readMessage(rewriteMessage(message, [{ span: field.span, text: '' }]))
  const uri = /\buri="([^"]*)"/.exec(field.value)?.[1]
  if (!uriUnchecked || uri === undefined) return message
  const { method, requestUri } = message.startLine
  const start = method.length + 1
  return readMessage(rewriteMessage(message, [{ span: { start, end: start + requestUri.length }, text: uri }]))
}
