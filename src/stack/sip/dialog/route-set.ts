import { parameter, readUri } from '#wire/sip'
import { addressUri } from './address-uri.ts'
import type { Dialog } from './dialog.ts'

/** How a request inside a dialog is routed. */
export interface Routing {
  readonly requestUri: string
  readonly routes: readonly string[]
  /** The URI of the next hop. */
  readonly next: string
}

/** Request-URI and Route of a request inside a dialog (RFC 3261 12.2.1.1). */
export function routingOf({ remoteTarget, routeSet }: Pick<Dialog, 'remoteTarget' | 'routeSet'>): Routing {
  const [first, ...others] = routeSet
  if (first === undefined) return { requestUri: remoteTarget, routes: routeSet, next: remoteTarget }
  const next = addressUri(first) ?? first
  const uri = readUri(next)
  if (uri !== undefined && parameter(uri.parameters, 'lr') !== undefined)
    return { requestUri: remoteTarget, routes: routeSet, next }
  // A strict router of RFC 2543: its URI becomes the Request-URI, "stripping any parameters that are not allowed in a Request-URI", and the
  // remote target the last Route; 16.6 and 16.12.1 put it right again further on.
  return { requestUri: asRequestUri(next), routes: [...others, `<${remoteTarget}>`], next }
}

// "method" and headers must not stand in a Request-URI (RFC 3261 19.1.1).
const asRequestUri = (uri: string): string => uri.replace(/\?.*$/, '').replace(/;method=[^;]*/i, '')
