import { header, headerValue, readMessage, statusOf } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { boundedTable } from './bounded-table.ts'
import type { DefectName } from './defects.ts'
import { branchOf } from './received-request.ts'

const most = 1000

/** What is wrong with INVITEs once they are answered, by one of these defects. */
export function flawedInvitations(defective: (name: DefectName) => boolean) {
  const made = boundedTable<() => void>(most)
  const unrefused = boundedTable<true>(most)
  const keyOf = (message: SipMessage): string => `${header(message, 'Call-ID')} ${branchOf(message)}`
  const isFlawed = (): boolean => defective('late-cancel-ends-call') || defective('refusal-sent-once')
  return {
    answered(invite: SipMessage, end: () => void): void {
      if (defective('late-cancel-ends-call')) made.set(keyOf(invite), end)
    },
    incoming(octets: Uint8Array, pass: () => void): void {
      const message = isFlawed() ? readMessage(octets) : undefined
      const method = message?.startLine.kind === 'request' ? message.startLine.method : undefined
      if (message !== undefined && method === 'INVITE') unrefused.set(branchOf(message), true)
      pass()
      // RFC 3261 9.2, wrongly.
      if (message !== undefined && method === 'CANCEL' && defective('late-cancel-ends-call'))
        made.get(keyOf(message))?.()
    },
    /** RFC 3261 17.2.1, without timer G: an INVITE is refused once for each time that it comes. */
    isKeptBack(octets: Uint8Array): boolean {
      if (!defective('refusal-sent-once')) return false
      const message = readMessage(octets)
      const isRefusal = statusOf(message) >= 300 && headerValue(message, 'CSeq')?.method === 'INVITE'
      return isRefusal && !unrefused.delete(branchOf(message))
    },
  }
}
