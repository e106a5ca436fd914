import {
  decodeRequest,
  rel18,
  valuesOf,
  type Alternative,
  type Decoded,
  type Service,
  type Unrecognised,
} from '#bindings'
import type { SipMessage } from '#wire/sip'

const read = new WeakMap<SipMessage, Map<string, Decoded | Unrecognised>>()

/** A request as the bindings read it; each is read once. */
export function readRequest(message: SipMessage, service: Service, alternative: Alternative): Decoded | Unrecognised {
  const name = `${service} ${alternative}`
  let all = read.get(message)
  if (all === undefined) read.set(message, (all = new Map()))
  const known = all.get(name) ?? decodeRequest(rel18, service, alternative, message, valuesOf(rel18, service))
  all.set(name, known)
  return known
}
