import type { WireRequest } from '#bindings'
import { readSdp } from '#wire/sdp'
import { header, headers, readMediaType, type SipMessage } from '#wire/sip'
import type { Violation } from '../legality.ts'
import type { Scenario } from '../scenario.ts'
import { systemsFor, type FuzzUser, type Places } from '../world.ts'

type Written = Pick<WireRequest, 'headers' | 'body'> & Partial<Pick<WireRequest, 'to'>>

const contact = (own: Places): readonly [string, string] => [
  'Contact',
  `<sip:caller@${own.client.address}:${own.client.port}>`,
]

/** A request that any SIP element may get, whatever it makes of it: RFC 3261 alone says what is legal. */
const element = (
  method: string,
  title: string,
  write: (user: FuzzUser, own: Places) => Written,
  judge: Scenario['judge'] = ({ message }) => [...judgeEverybody(message), ...judgeDescription(message)],
): Scenario => ({
  id: `element/${method.toLowerCase()}@element/1`,
  title: `${method} to any SIP element${title}`,
  flow: `element/${method.toLowerCase()}`,
  step: '1',
  role: 'element',
  from: 'client',
  service: 'mcptt',
  alternative: 'publish',
  message: undefined,
  systems: systemsFor('element'),
  mayRefuse: true,
  state: 'any',
  ies: () => ({}),
  encode: (_ies, user, own, target) => ({
    method,
    requestUri: target,
    from: user.mcServiceId,
    to: target,
    ...write(user, own),
  }),
  judge,
  legs: [],
})

/** RFC 3261 10.2.2: all bindings at once, which stands alone and goes with Expires of 0; who is asked otherwise may say so. */
const judgeEverybody = (message: SipMessage): readonly Violation[] =>
  headers(message, 'Contact').some((value) => /^<?\*>?\s*(?:;|$)/.test(value))
    ? [{ level: 'elements', rule: 'Contact of everybody', clause: 'RFC 3261 10.2.2', reaction: 'either' }]
    : []

/** RFC 3261 13.3.1, 21.4.1: a session description that cannot be read may be called malformed, as the request may that brings it. */
function judgeDescription(message: SipMessage): readonly Violation[] {
  const { type, subtype } = readMediaType(header(message, 'Content-Type') ?? '') ?? {}
  if (`${type}/${subtype}`.toLowerCase() !== 'application/sdp') return []
  const [broken] = readSdp(message.body).diagnostics
  return broken === undefined
    ? []
    : [{ level: 'elements', rule: broken.rule, clause: broken.clause, reaction: 'either' }]
}

const offer = ({ client: { address } }: Places): Buffer =>
  Buffer.from(
    [
      'v=0',
      `o=- 20518 0 IN IP4 ${address}`,
      's=-',
      `c=IN IP4 ${address}`,
      't=0 0',
      'm=audio 40000 RTP/AVP 0 8 96',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:96 AMR-WB/16000',
      'a=fmtp:96 octet-align=1',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ].join('\r\n'),
  )

/**
 * RFC 3261 11: OPTIONS, which every SIP element answers; nothing of a flow. It is how other software is fuzzed, and how fast
 * that goes is measured.
 */
export const elementOptions: Scenario = element(
  'OPTIONS',
  '',
  (_user, own) => ({
    headers: [
      contact(own),
      ['Accept', 'application/sdp'],
      ['User-Agent', 'mcx-conformance'],
      ['Date', 'Sat, 21 Nov 2026 06:00:00 GMT'],
    ],
  }),
  () => [],
)

/** Every method that an element without MC services is asked. */
export const elementScenarios: readonly Scenario[] = [
  elementOptions,
  element('INVITE', ': a session, which ends at once (RFC 3261 13, 15)', (_user, own) => ({
    headers: [
      contact(own),
      ['Allow', 'INVITE, ACK, CANCEL, OPTIONS, BYE'],
      ['Supported', '100rel, timer'],
      ['Content-Type', 'application/sdp'],
    ],
    body: offer(own),
  })),
  element('REGISTER', ': a binding (RFC 3261 10)', (user, own) => ({
    to: user.mcServiceId,
    headers: [
      ['Contact', `<sip:user@${own.client.address}:${own.client.port}>;expires=600;q=0.5`],
      ['Supported', 'path, gruu'],
    ],
  })),
  element('MESSAGE', ': a text (RFC 3428)', () => ({
    headers: [['Content-Type', 'text/plain;charset=utf-8']],
    body: Buffer.from('a text'),
  })),
  element('SUBSCRIBE', ': to presence (RFC 6665, RFC 3856)', (_user, own) => ({
    headers: [contact(own), ['Event', 'presence'], ['Accept', 'application/pidf+xml'], ['Expires', '600']],
  })),
]
