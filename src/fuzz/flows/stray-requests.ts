import { header, headers, headerValue, readNameAddress, sameUri, splitList, statusOf } from '#wire/sip'
import { complaint, isInside, type Complaint } from '../oracle.ts'
import { methodOf } from './dialogs.ts'
import { transactionOf, type Playing } from './disturbance.ts'

/** Of these requests a dialog comes (RFC 3261 12.1, RFC 6665 4.4.1, RFC 3515 2.4.4). */
const makingDialogs: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER'])

/** RFC 3261 12.1, 12.2: the route set is that of the messages which made the dialog, for as long as it stands. */
export function strayRoutes({ log }: Playing): readonly Complaint[] {
  const recorded = new Map<string, Set<string>>()
  for (const { message } of log) {
    const callId = header(message, 'Call-ID') ?? ''
    const known = recorded.get(callId) ?? new Set()
    recorded.set(callId, known)
    const makes =
      message.startLine.kind === 'response'
        ? makingDialogs.has(headerValue(message, 'CSeq')?.method ?? '') && known.size === 0
        : makingDialogs.has(methodOf(message)) && !isInside(message)
    if (makes) for (const route of headers(message, 'Record-Route').flatMap(splitList)) known.add(route)
  }
  const seen = log.find(({ direction, message }) => {
    const { startLine } = message
    if (direction !== 'received' || startLine.kind !== 'request') return false
    const known = recorded.get(header(message, 'Call-ID') ?? '') ?? new Set()
    const routes = headers(message, 'Route').flatMap(splitList)
    // 12.2.1.1: where the first of them routes strictly, it is asked itself, and the remote target stands last.
    const isStrict = [...known].some((route) => sameUri(readNameAddress(route)?.uri ?? '', startLine.requestUri))
    const due = isStrict ? routes.slice(0, -1) : routes
    return isInside(message) && due.some((route) => !known.has(route))
  })
  if (seen === undefined) return []
  const what = `a ${methodOf(seen.message)} follows a route that did not make its dialog`
  return [
    complaint(
      'legs',
      'RFC 3261 12.2',
      'security',
      what,
      'the route set of the dialog',
      header(seen.message, 'Route') ?? '',
    ),
  ]
}

/** RFC 3261 12.2.1.1: what is sent inside a dialog goes to the contact that the other side has said last; as long as nothing has come back, who asks for another cannot know which that is, and what left before may come a little later. */
export function strayTargets({ log }: Playing): readonly Complaint[] {
  const said = new Map<string, string>()
  const asked = new Map<string, { readonly key: string; readonly contact: string }>()
  const former = new Map<string, { readonly contact: string | undefined; readonly until: number }>()
  for (const { direction, role, message, at } of log) {
    const key = `${role} ${header(message, 'Call-ID')}`
    const isInvite = headerValue(message, 'CSeq')?.method === 'INVITE'
    const contact = readNameAddress(header(message, 'Contact') ?? '')?.uri
    const status = statusOf(message)
    const isSuccess = status >= 200 && status < 300
    if (direction === 'sent' && isInvite && contact !== undefined) {
      if (isSuccess) said.set(key, contact)
      else if (methodOf(message) === 'INVITE') asked.set(transactionOf(message), { key, contact })
    }
    if (direction === 'received' && isInvite && status >= 200) {
      const moved = asked.get(transactionOf(message))
      if (moved !== undefined && isSuccess) {
        former.set(key, { contact: said.get(key), until: at + underway })
        said.set(key, moved.contact)
      }
      asked.delete(transactionOf(message))
    }
    const { startLine } = message
    if (direction !== 'received' || startLine.kind !== 'request' || startLine.method !== 'BYE') continue
    const target = said.get(key)
    const pending = [...asked.values()].flatMap((one) => (one.key === key ? [one.contact] : []))
    const { contact: left, until = 0 } = former.get(key) ?? {}
    const known = [target, ...pending, ...(left !== undefined && at < until ? [left] : [])]
    if (target === undefined || known.some((one) => one !== undefined && sameUri(startLine.requestUri, one))) continue
    const what = 'a BYE is addressed to a contact that is none of the other side any more'
    return [complaint('legs', 'RFC 3261 12.2.1.1', 'legality', what, target, startLine.requestUri)]
  }
  return []
}

/** Milliseconds that datagrams may be late, and overtaken by others. */
const underway = 250
