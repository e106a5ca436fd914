import { createServer } from 'node:net'
import { header, readNameAddress, type SipMessage } from '#wire/sip'
import type { DefectName } from './defects.ts'

/** What is not given back, by a defect alone. */
interface FlawedKeeping {
  came(request: SipMessage): void
  refused(): void
}

/** Octets of the largest datagram. */
const largest = 65_536
/** Whoever can open no more sockets fails by another defect than this one. */
const mostDescriptors = 700

export function flawedKeeping(defective: (name: DefectName) => boolean): FlawedKeeping {
  const kept: { readonly request: SipMessage; readonly buffer: Buffer }[] = []
  const refusals: string[] = []
  let descriptors = 0
  return {
    came(request) {
      if (defective('transactions-kept')) kept.push({ request, buffer: Buffer.alloc(largest, 1) })
      if (!defective('refusals-looked-through')) return
      const from = readNameAddress(header(request, 'From') ?? '')?.uri
      for (const other of refusals) if (readNameAddress(other)?.uri === from) return
    },
    refused() {
      if (defective('refusals-looked-through')) refusals.push(`<sip:refused-${refusals.length}@example>;tag=1`)
      if (!defective('descriptors-left-open') || descriptors >= mostDescriptors) return
      descriptors += 1
      createServer().listen({ host: '127.0.0.1', port: 0 }).unref()
    },
  }
}
