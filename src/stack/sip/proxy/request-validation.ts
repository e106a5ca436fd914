import { header, headerValue, headers, readUri, type SipMessage, splitList } from '#wire/sip'
import type { OutgoingResponse } from '../stack.ts'
import { loopMark } from './loop-mark.ts'
import { hasLooped, type OwnPlace } from './own-place.ts'

interface Check {
  readonly clause: string
  /** The answer that ends it; `undefined` lets the request go on. */
  readonly run: (request: SipMessage, place: OwnPlace) => OutgoingResponse | undefined
}

export const answer = (status: number, reason: string, fields: OutgoingResponse['headers'] = []): OutgoingResponse => ({
  status,
  reason,
  headers: fields,
})

/** What a proxy asks of a request before it passes it on, in the order of RFC 3261 16.3. */
const checks: readonly Check[] = [
  { clause: 'RFC 3261 16.3 step 1', run: isReadable },
  { clause: 'RFC 3261 16.3 step 2', run: hasKnownScheme },
  { clause: 'RFC 3261 16.3 step 3', run: mayGoOn },
  { clause: 'RFC 3261 16.3 step 4', run: isNew },
  { clause: 'RFC 3261 16.3 step 5', run: asksNothingUnknown },
]

/** The answer to a request that is not to be passed on; `undefined` when it is. */
export function refusalToForward(request: SipMessage, place: OwnPlace): OutgoingResponse | undefined {
  for (const { run } of checks) {
    const refusal = run(request, place)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

const needed = ['Via', 'From', 'To', 'Call-ID', 'CSeq'] as const

function isReadable(request: SipMessage): OutgoingResponse | undefined {
  const bad = needed.find((name) => headerValue(request, name) === undefined)
  return bad === undefined ? undefined : answer(400, `Bad Request: no ${bad} that can be read`)
}

function hasKnownScheme({ startLine }: SipMessage): OutgoingResponse | undefined {
  const scheme = startLine.kind === 'request' ? readUri(startLine.requestUri)?.scheme : undefined
  if (scheme === undefined) return answer(400, 'Bad Request: the Request-URI cannot be read')
  return ['sip', 'sips', 'tel'].includes(scheme) ? undefined : answer(416, 'Unsupported URI Scheme')
}

function mayGoOn(request: SipMessage): OutgoingResponse | undefined {
  const hops = header(request, 'max-forwards')
  if (hops === undefined) return undefined
  if (!/^[0-9]{1,3}$/.test(hops)) return answer(400, 'Bad Request: Max-Forwards is no number from 0 to 255')
  return Number(hops) === 0 ? answer(483, 'Too Many Hops') : undefined
}

function isNew(request: SipMessage, place: OwnPlace): OutgoingResponse | undefined {
  return hasLooped(request, loopMark(request), place) ? answer(482, 'Loop Detected') : undefined
}

// No extension that a proxy must know is known here.
function asksNothingUnknown(request: SipMessage): OutgoingResponse | undefined {
  const asked = headers(request, 'proxy-require').flatMap((field) => splitList(field))
  return asked.length === 0 ? undefined : answer(420, 'Bad Extension', [['Unsupported', asked.join(', ')]])
}
