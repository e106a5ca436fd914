import { headers, readNameAddress, type SipMessage, splitList } from '#wire/sip'
import { isOwnRecordRoute, leadsHere, type OwnPlace } from './own-place.ts'

/** Where a request still has to go. */
export interface Routing {
  readonly requestUri: string
  /** Name-addresses, the next one first. */
  readonly routes: readonly string[]
  /** Whether it came along a route of ours: of a dialog that was recorded, or as by an outbound proxy. */
  readonly cameByRoute: boolean
}

/** Undoes what a strict router did and takes this proxy off the route (RFC 3261 16.4). */
export function preprocessRoutes(request: SipMessage, place: OwnPlace): Routing {
  const routes = headers(request, 'route').flatMap((field) => splitList(field))
  const uri = request.startLine.kind === 'request' ? request.startLine.requestUri : ''
  let requestUri = uri
  let cameByRoute = false
  if (isOwnRecordRoute(uri, place)) {
    cameByRoute = true
    requestUri = readNameAddress(routes.pop() ?? '')?.uri ?? uri
  }
  // Both values of a hop that changed the transport are ours (RFC 5658 3.3).
  while (routes[0] !== undefined && leadsHere(routes[0], place)) {
    cameByRoute = true
    routes.shift()
  }
  return { requestUri, routes, cameByRoute }
}
