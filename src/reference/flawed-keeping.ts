import { createServer } from 'node:net'
import type { Clock } from '#stack/sip'
import { header, readNameAddress, type SipMessage } from '#wire/sip'
import type { DefectName } from './defects.ts'

/** What is not given back, by a defect alone. */
interface FlawedKeeping {
  came(request: SipMessage): void
  refused(request: SipMessage): void
}

/** Octets of the largest datagram. */
const largest = 65_536
/** Milliseconds between two sockets that are left open: ports come to an end. */
const pace = 100

export function flawedKeeping(defective: (name: DefectName) => boolean, clock: Clock): FlawedKeeping {
  const kept: { readonly request: SipMessage; readonly buffer: Buffer }[] = []
  const refusals: SipMessage[] = []
  let latest = Number.NEGATIVE_INFINITY
  return {
    came(request) {
      if (defective('transactions-kept')) kept.push({ request, buffer: Buffer.alloc(largest, 1) })
      if (!defective('refusals-looked-through')) return
      const called = calledBy(request)
      for (const other of refusals) if (calledBy(other) === called && other.startLine === request.startLine) return
    },
    refused(request) {
      if (defective('refusals-looked-through')) refusals.push(request)
      if (!defective('descriptors-left-open') || clock.now() - latest < pace) return
      latest = clock.now()
      createServer()
        .on('error', () => undefined)
        .listen({ host: '127.0.0.1', port: 0 })
        .unref()
    },
  }
}

const calledBy = (request: SipMessage): string =>
  ['From', 'To'].map((name) => readNameAddress(header(request, name) ?? '')?.uri).join(' ')
