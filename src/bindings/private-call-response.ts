import { readSdp } from '#wire/sdp'
import { headerField, headers, statusOf, type SipMessage } from '#wire/sip'
import type { IeValues, Parties, Problem, ResponseBinding, WireResponse, WireRule } from './binding.ts'
import { privateCallRequestName } from './private-call-request.ts'
import type { ProfileValues } from './profile-values.ts'
import { callRefusals, refuse } from './refusal.ts'
import { isFinal, isSuccess, resultInStatus, resultOf, warningField } from './result-of-status.ts'
import { judgeAnswer, readSession, sessionRules } from './received-session.ts'
import { featureTags, judgeSessionContact, sessionContactRules } from './service-headers.ts'
import {
  mediaOfParties,
  sessionDescriptionIn,
  sessionType,
  writeAnswer,
  writeOffer,
  type SessionDraft,
} from './session-description.ts'
import { defaultBinding, sources } from './sources.ts'
import { problem } from './wire-rule.ts'

const name = 'private call response'

const contactRule: WireRule = {
  field: 'Contact',
  requirement: 'A 200 (OK) that makes a dialog has a Contact header field',
  source: sources.dialogContact,
  expected: ['Contact: <…>'],
}

const result = (carriedIn: string) =>
  resultInStatus('the private call is established', sources.finalResponse, carriedIn)

/** Which final responses to a private call request answer the call. */
const answersCall =
  (except: readonly number[]) =>
  (message: SipMessage): boolean =>
    isFinal(message) && !except.includes(statusOf(message))

const but = (except: readonly number[]): string => (except.length === 0 ? '' : `, other than ${except.join(' and ')}`)

/**
 * The final response to INVITE. 487 answers a CANCEL and not the call; `except` are the statuses that are other messages
 * of the profile.
 */
export const privateCallResponseToInvite = (except: readonly number[]): ResponseBinding => ({
  carrier: 'response',
  message: name,
  answers: privateCallRequestName,
  source: sources.privateCallRequest,
  summary: 'final response to INVITE',
  when: 'The MC service client of the called party sends it when the call is answered (step 5e), every server and gateway server passes it on (steps 5f to 5i); the primary MC service server sends one that refuses after its own check (steps 1b and 2a).',
  implied: ['result'],
  recognises: answersCall([487, ...except]),
  fields: (values) => [
    {
      name: 'status code',
      value: '200 (OK) when accepted; when refused that of the reason, 403 (Forbidden) unless another is given',
      source: sources.privateCallRequest,
    },
    {
      name: 'Contact',
      value: `<contact URI of the sender>${featureTags(values)}, in 200`,
      source: sources.dialogContact,
    },
    warningField(values),
    { name: 'Content-Type', value: `${sessionType}, in 200`, source: sources.answer },
    { name: 'body', value: 'the SDP answer, in 200', source: sources.answer },
  ],
  mappings: () => [result(`status code${but([487, ...except])}`)],
  rules(values) {
    const { service } = values
    const tags = sessionContactRules(defaultBinding('service-headers'), values)
    const { present: _, key: __, secured: ___, video, ...session } = sessionRules(service)
    return [contactRule, ...Object.values(tags), ...Object.values(session), ...(service === 'mcvideo' ? [video] : [])]
  },
  encode: (ies, parties, values, request, refusal = callRefusals.thisUser) =>
    ies.result === 'refused' ? refuse(refusal, parties.host) : established(parties, values, request),
  decode: (message, values, request, answered) => ({
    name,
    ies: resultOf(message),
    problems: isSuccess(message) ? judgeEstablished(message, values, request, answered) : [],
    spans: {},
  }),
})

function established(parties: Parties, values: ProfileValues, request: IeValues): WireResponse {
  const { service } = values
  const draft: SessionDraft = {
    service,
    media: mediaOfParties(parties),
    session: [request.callingParty, request.calledParty, parties.contact, name].join('\n'),
    controlled: request.floorControl !== undefined,
  }
  // Without the request itself the offer is the one that the elements of the request make.
  const key = { initiator: request.callingParty ?? '', responder: request.calledParty ?? '' }
  const offer =
    offerOf(parties.answered) ?? writeOffer(request.endToEndSecurity === undefined ? draft : { ...draft, key })
  return {
    status: 200,
    reason: 'OK',
    headers: [
      ['Contact', `<${parties.contact ?? parties.from}>${featureTags(values)}`],
      ['Supported', 'timer'],
      ['Content-Type', sessionType],
    ],
    body: writeAnswer(readSdp(offer), draft),
  }
}

const offerOf = (message: SipMessage | undefined): Uint8Array | undefined => message && sessionDescriptionIn(message)

function judgeEstablished(
  message: SipMessage,
  values: ProfileValues,
  request: IeValues,
  answered: SipMessage | undefined,
): readonly Problem[] {
  const { service } = values
  const session = readSession(message, service, 'answered', false)
  const problems: Problem[] = [...session.problems]
  if (session.control !== undefined && request.floorControl === undefined)
    problems.push(problem(sessionRules(service).unoffered, 'a channel of floor control', session.control))
  const offer = offerOf(answered)
  if (session.sdp !== undefined && offer !== undefined)
    problems.push(...judgeAnswer(session.sdp, readSdp(offer), service))
  if (headers(message, 'Contact').length === 0)
    problems.unshift(problem(contactRule, 'no Contact', headerField(message, 'Contact')?.valueSpan))
  else problems.unshift(...judgeSessionContact(message, defaultBinding('service-headers'), values))
  return problems
}

/** The final response to the MESSAGE of a one-to-one short data message; 202 says only that the server has it. */
export const privateCallResponseToMessage = (except: readonly number[]): ResponseBinding => ({
  carrier: 'response',
  message: name,
  answers: privateCallRequestName,
  source: sources.privateCallRequest,
  summary: 'final response to MESSAGE',
  when: 'The MC service client of the called party sends it when the message has reached it (step 5e), every server and gateway server passes it on (steps 5f to 5i); the primary MC service server sends one that refuses after its own check (steps 1b and 2a).',
  implied: ['result'],
  recognises: answersCall([202, ...except]),
  fields: (values) => [
    {
      name: 'status code',
      value: '200 (OK) when accepted; when refused that of the reason, 403 (Forbidden) unless another is given',
      source: defaultBinding('one-to-one-sds'),
    },
    warningField(values),
  ],
  mappings: () => [result(`status code${but([202, ...except])}`)],
  rules: () => [],
  encode: (ies, parties, _values, _request, refusal = callRefusals.thisUser) =>
    ies.result === 'refused' ? refuse(refusal, parties.host) : { status: 200, reason: 'OK', headers: [] },
  decode: (message) => ({
    name,
    ies: statusOf(message) === 202 ? {} : resultOf(message),
    problems: [],
    spans: {},
  }),
})
