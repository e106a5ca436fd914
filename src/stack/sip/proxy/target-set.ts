import type { Endpoint } from '#transport'
import { header, readUri, type SipMessage } from '#wire/sip'
import { endpointOf } from '../dialog/endpoint-of.ts'
import { addressOfRecord, domainOf } from '../registration/address-of-record.ts'
import type { Binding } from '../registration/binding.ts'
import type { OutgoingResponse } from '../stack.ts'
import { readTag } from '../tag.ts'
import type { ProxyOptions } from './proxy.ts'
import { namesProxy, type OwnPlace } from './own-place.ts'
import { answer } from './request-validation.ts'
import type { Routing } from './route-preprocessing.ts'

/** One place a request is sent to. */
export interface Target {
  readonly requestUri: string
  /** Name-addresses, the next one first. */
  readonly routes: readonly string[]
  /** Whence its REGISTER came: used where the Contact names no IP address, and always with `keepsFlow` (RFC 5626 5.3). */
  readonly flow?: Endpoint | undefined
  readonly keepsFlow: boolean
}

/** Whether the Request-URI is of a domain this proxy is in charge of, and no route leads elsewhere before: it alone decides the targets (RFC 3261 16.5). */
export const isInCharge = ({ requestUri, routes }: Pick<Routing, 'requestUri' | 'routes'>, place: OwnPlace): boolean =>
  routes.length === 0 && namesProxy(requestUri, place) && place.domains.includes(domainOf(requestUri))

/** Where a request goes (RFC 3261 16.5): the bindings of an address of ours, or the Request-URI where another element is in charge. */
export function targetSet(
  request: SipMessage,
  routing: Routing,
  {
    bindings,
    exists,
    most,
    relays = false,
  }: Pick<ProxyOptions, 'exists' | 'relays'> & {
    readonly bindings: (aor: string) => readonly Binding[]
    readonly most: number
  },
  place: OwnPlace,
): readonly Target[] | OutgoingResponse {
  const { requestUri, routes, cameByRoute } = routing
  if (!isInCharge(routing, place)) {
    if ((namesProxy(requestUri, place) || readUri(requestUri)?.scheme === 'tel') && routes.length === 0)
      return answer(404, 'Not Found')
    // Nobody's open relay: another domain is for those who are in a dialog through here.
    const inside = cameByRoute && readTag(header(request, 'to')) !== undefined
    if (!inside && !relays) return answer(403, 'Forbidden: no domain of this proxy')
    return [{ requestUri, routes, keepsFlow: false }]
  }
  const aor = addressOfRecord(requestUri)
  if (aor === undefined || readUri(requestUri)?.user === undefined || exists?.(aor) === false)
    return answer(404, 'Not Found')
  const found = bindings(aor).slice(0, most)
  return found.length === 0 ? answer(480, 'Temporarily Unavailable: no binding') : found.map(targetOf)
}

function targetOf({ contact, path, flow, registrationId }: Binding): Target {
  const { transport, address, port } = flow
  return {
    requestUri: contact,
    routes: path,
    flow: { transport, address, port },
    keepsFlow: registrationId !== undefined && path.length === 0,
  }
}

const nowhere: Endpoint = { transport: 'udp', address: '', port: 0 }

/** The element at that URI (RFC 3261 16.6 step 7); `undefined` when it names no IP address and the target no flow. */
export function nextHop(uri: string, { flow, keepsFlow, routes }: Target): Endpoint | undefined {
  if (keepsFlow && flow !== undefined) return flow
  // A URI without a transport parameter asks for UDP, or TLS with SIPS (RFC 3263 4.1).
  const found = endpointOf(uri, nowhere)
  if (found !== nowhere) return found
  return routes.length === 0 ? flow : undefined
}
