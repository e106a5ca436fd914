import type { WireResponse } from '#bindings'
import type { Clock } from '#stack/sip'
import { header, readMediaType } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import type { DecoyName } from './decoys.ts'

type Shows = (name: DecoyName) => boolean

/** Requests within that many milliseconds. */
const many = 40
const span = 100

const overload: WireResponse = { status: 503, reason: 'Service Unavailable', headers: [['Retry-After', '1']] }
const threeColons: WireResponse = { status: 400, reason: 'Bad Request', headers: [] }

/** How a request is refused that another system would take on: for its load, or for an address that only some read. */
export function decoyRefusals(shows: Shows, clock: Clock): (request: SipMessage) => WireResponse | undefined {
  let since = clock.now()
  let count = 0
  return (request) => {
    if (shows('three-colons-refused') && /\[[0-9a-f:]*:::/i.test(Buffer.from(request.octets).toString('latin1')))
      return threeColons
    if (!shows('overload-refused')) return undefined
    if (clock.now() - since > span) [since, count] = [clock.now(), 0]
    count += 1
    return count > many ? overload : undefined
  }
}

const methods = /^(INVITE|ACK|BYE|CANCEL|OPTIONS|REGISTER|MESSAGE|PUBLISH|SUBSCRIBE|NOTIFY|REFER|UPDATE|PRACK|INFO)$/
const types =
  /^(multipart\/mixed|application\/(sdp|vnd\.3gpp\..+\+xml|poc-settings\+xml|resource-lists\+xml|pidf\+xml))$/

/** Another refusal that is as right. */
export function otherRefusal(response: WireResponse, request: SipMessage, shows: Shows): WireResponse {
  if (!shows('another-refusal')) return response
  const { startLine } = request
  const method = startLine.kind === 'request' ? startLine.method : ''
  if (response.status === 405 && !methods.test(method)) return { ...response, status: 501, reason: 'Not Implemented' }
  const type = readMediaType(header(request, 'Content-Type') ?? '')
  if (response.status !== 400 || type === undefined || types.test(`${type.type}/${type.subtype}`)) return response
  return {
    ...response,
    status: 415,
    reason: 'Unsupported Media Type',
    headers: [...response.headers, ['Accept', accepted]],
  }
}

const accepted = 'multipart/mixed, application/sdp'
