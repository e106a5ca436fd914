import { header, headers, headerValue, readNameAddress, splitList, statusOf, type SipMessage } from '#wire/sip'
import { complaint, isInside, tagIn, type Complaint } from '../oracle.ts'
import { methodOf } from './dialogs.ts'
import type { Passage, Playing } from './disturbance.ts'

const makingDialogs: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE'])

const uris = (message: SipMessage, name: 'Route' | 'Record-Route'): readonly string[] =>
  headers(message, name)
    .flatMap(splitList)
    .map((value) => readNameAddress(value)?.uri ?? value)

/** Whether whoever is asked in that way passes it on as it is (RFC 3261 16.12.1.1). */
const isLoose = (uri: string): boolean => /^sips?:[^;?]+;(?:[^?]*;)?lr(?:[;=]|$)/i.test(uri)

/** The role, the call and our tag. */
const dialogOf = (role: string, message: SipMessage, own: 'From' | 'To'): string =>
  `${role} ${header(message, 'Call-ID')} ${tagIn(message, own)}`

/** Whether this message of ours makes a dialog for who gets it, and where our tag is in it. */
function makes({ direction, message }: Passage): 'From' | 'To' | undefined {
  if (direction !== 'sent') return undefined
  if (message.startLine.kind === 'request')
    return makingDialogs.has(message.startLine.method) && !isInside(message) ? 'From' : undefined
  const method = headerValue(message, 'CSeq')?.method ?? ''
  const status = statusOf(message)
  return makingDialogs.has(method) && status >= 200 && status < 300 ? 'To' : undefined
}

/**
 * RFC 3261 12.1.1, 12.1.2, 12.2.1.1: what is sent inside a dialog has the whole route set, of a request in the order in which it was recorded, of a
 * response in reverse. Nothing is said where the entity under test has recorded its own, or one of ours routes strictly.
 */
export function unfollowedRoutes({ log }: Pick<Playing, 'log'>): readonly Complaint[] {
  const due = new Map<string, { readonly routes: string; readonly clause: string }>()
  const isOfOthers = (callId: string | undefined): boolean =>
    log.some(
      ({ direction, message }) =>
        direction === 'received' &&
        header(message, 'Call-ID') === callId &&
        methodOf(message) !== '' &&
        headers(message, 'Record-Route').length > 0,
    )
  for (const passage of log) {
    const { direction, role, message } = passage
    const own = makes(passage)
    if (own !== undefined) {
      const recorded = uris(message, 'Record-Route')
      const dialog = dialogOf(role, message, own)
      const routes = (own === 'From' ? recorded : recorded.toReversed()).join(', ')
      const isOther = due.has(dialog) && due.get(dialog)?.routes !== routes
      const isUnsaid = isOther || !recorded.every(isLoose) || isOfOthers(header(message, 'Call-ID'))
      due.set(dialog, {
        routes: isUnsaid ? '' : routes,
        clause: own === 'From' ? 'RFC 3261 12.1.1' : 'RFC 3261 12.1.2',
      })
    }
    if (direction !== 'received' || message.startLine.kind !== 'request' || !isInside(message)) continue
    const { routes = '', clause = '' } = due.get(dialogOf(role, message, 'To')) ?? {}
    const observed = uris(message, 'Route').join(', ')
    if (routes === '' || observed === routes) continue
    const what = `${withArticle(methodOf(message))} does not follow the route set of its dialog`
    return [complaint('legs', clause, 'robustness', what, routes, observed || 'no Route')]
  }
  return []
}

const withArticle = (method: string): string => `${/^[AEIOU]/.test(method) ? 'an' : 'a'} ${method}`
