import type { TransportName } from '#transport'
import type { Decoded, IeValues, Parties, WireResponse } from '#bindings'
import { header, readNameAddress, splitList, type SipMessage } from '#wire/sip'
import { flawedAnswer } from './flawed-session.ts'
import type { AnswerFlaw } from './flawed-session.ts'
import { faultIn } from './information-elements.ts'
import { contactOf, mediaOf } from './own-address.ts'
import type { IncomingRequest, Peer, Session, Surroundings } from './mc-function.ts'
import type { McServiceId } from './mc-service-id.ts'
import { readMcServiceId } from './mc-service-id.ts'
import type { Refusal } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'
import { nextHop } from './sessions.ts'

/** A private call request that came, of whatever service. */
export interface PrivateCallRequest {
  readonly request: IncomingRequest
  readonly messages: ServiceMessages
  readonly message: Decoded
  readonly ies: IeValues
  /** Whom it comes from: URI of its From, and of its Contact. */
  readonly sender: string
  readonly contact: string | undefined
}

export function privateCallRequest(
  request: IncomingRequest,
  message: Decoded,
  messages: ServiceMessages,
): PrivateCallRequest {
  const sender = readNameAddress(header(request.message, 'From') ?? '')?.uri ?? 'sip:anonymous.invalid'
  const contact = readNameAddress(splitList(header(request.message, 'Contact') ?? '')[0] ?? '')?.uri
  return { request, messages, message, ies: message.ies, sender, contact }
}

/** The two users of a call. */
export interface CallParties {
  readonly calling: McServiceId
  readonly called: McServiceId
}

/** The two users of a call, or why it can be no call (TS 24.379 11.1.1.3.1.1). With `unlisted` a faulty resource list will do. */
function partiesIn(
  { message, messages }: PrivateCallRequest,
  unlisted = false,
): CallParties | { readonly refusal: Refusal; readonly fault: string } {
  const { refusals } = messages
  const calling = readMcServiceId(message.ies['callingParty'] ?? '')
  const called = readMcServiceId(message.ies['calledParty'] ?? '')
  const ofList = ({ field }: { readonly field: string }): boolean => field === 'resource-lists'
  const problems = unlisted ? message.problems.filter((problem) => !ofList(problem)) : message.problems
  const fault = faultIn({ ...message, problems }, ['callingParty', 'calledParty'])
  if (calling === undefined) return { refusal: refusals.malformed, fault: fault ?? 'callingParty cannot be used' }
  if (called === undefined || problems.some(ofList))
    return { refusal: refusals.calledPartyUndetermined, fault: fault ?? 'calledParty cannot be used' }
  return fault === undefined ? { calling, called } : { refusal: refusals.malformed, fault }
}

/** The same, and whoever makes no call of it is refused: then there are none. */
export function partiesOrRefusal(
  call: PrivateCallRequest,
  around: Surroundings,
  unlisted = false,
): CallParties | undefined {
  const parties = partiesIn(call, unlisted)
  if (!('refusal' in parties)) return parties
  around.say(`${around.name}: private call request refused: ${parties.fault}`)
  refuseCall(call, parties.refusal, around)
  return undefined
}

/** Who we are on a leg of a call, by the transport it is on: ourselves, and nobody of the other leg (TS 24.379 6.8.2). */
export function ownParties(around: Surroundings, transport: TransportName = 'udp'): Omit<Parties, 'to'> {
  const sentAt = Math.floor(around.now().getTime() / 1000)
  return {
    from: around.identity,
    host: around.host,
    contact: contactOf(around, transport),
    media: mediaOf(around),
    sentAt,
  }
}

/** Where the sender of a call is reached: at its Contact; without one, where its request came from. */
export function senderOf({ request, contact, sender }: PrivateCallRequest): Peer {
  if (contact === undefined) return { ...request.origin, identity: sender }
  return { ...nextHop(contact, request.origin), identity: contact }
}

/** The answer of whoever is called; in MCData it makes no session. */
export function acceptCall(
  { request, messages, ies, sender }: PrivateCallRequest,
  own: Omit<Parties, 'to'>,
  flawed: (flaw: AnswerFlaw) => boolean,
  more: WireResponse['headers'] = [],
): Session | undefined {
  const binding = messages.response('private call response')
  const parties = { ...own, to: sender, answered: request.message }
  const wire = flawedAnswer(binding.encode({ result: 'accepted' }, parties, messages.values, ies), flawed)
  return request.accept({ ...wire, headers: [...wire.headers, ...more] })
}

export function refuseCall(
  { request, messages, ies, sender }: PrivateCallRequest,
  refusal: Refusal,
  around: Surroundings,
  /** Whose body explains it. */
  explained?: SipMessage,
): void {
  const binding = messages.response('private call response')
  const parties = { ...ownParties(around, request.origin.transport), to: sender }
  const wire = binding.encode({ result: 'refused' }, parties, messages.values, ies, refusal)
  const type = explained && header(explained, 'Content-Type')
  const isBare = explained === undefined || type === undefined
  request.respond(isBare ? wire : { ...wire, headers: [...wire.headers, ['Content-Type', type]], body: explained.body })
}
