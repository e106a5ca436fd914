import type { Middlebox } from '#stack/sip'
import { header, readMessage, type SipMessage } from '#wire/sip'
import type { FlowRole } from '../world/functional-entity.ts'
import type { CaseLine } from './case-line.ts'

/** Directions of the tester: what it receives, what it sends. */
export type Lane = 'received' | 'sent'

/** A message that never came to its end. */
export interface LostMessage {
  readonly lane: Lane
  readonly role: FlowRole
  readonly message: SipMessage
}

/** Loses the messages of single cases between a role of the tester and the system under test, and of no others. */
export interface Severance {
  middleboxOf(role: FlowRole): Middlebox
  /** From now on what the role has with the system under test for this user of this case is lost. */
  sever(line: CaseLine, roles: readonly FlowRole[], lanes: readonly Lane[]): void
  heal(line: CaseLine): void
  lost(line: CaseLine): readonly LostMessage[]
  /** Whether an ACK of ours got through in the dialog of that Call-ID. */
  acknowledged(callId: string): boolean
}

interface Cut {
  readonly roles: ReadonlySet<FlowRole>
  readonly lanes: ReadonlySet<Lane>
}

/** @param lineOf the line that a message belongs to by what is in it */
export function createSeverance(lineOf: (message: SipMessage) => CaseLine | undefined): Severance {
  const cuts = new Map<string, Cut>()
  const lost = new Map<string, LostMessage[]>()
  /** Whose a Call-ID is: our responses bear nothing else. */
  const owners = new Map<string, string>()
  const acknowledged = new Set<string>()

  const keyOf = (message: SipMessage): string | undefined => {
    const callId = header(message, 'Call-ID') ?? ''
    const known = owners.get(callId)
    if (known !== undefined) return known
    const line = lineOf(message)
    if (line === undefined) return undefined
    const key = userOf(line)
    owners.set(callId, key)
    return key
  }

  const passes = (role: FlowRole, lane: Lane, octets: Uint8Array): boolean => {
    const message = readMessage(octets)
    if (message.startLine.kind === 'unreadable') return true
    const key = keyOf(message)
    const cut = key === undefined ? undefined : cuts.get(key)
    if (key === undefined || !cut?.roles.has(role) || !cut.lanes.has(lane)) {
      if (lane === 'sent' && message.startLine.kind === 'request' && message.startLine.method === 'ACK')
        acknowledged.add(header(message, 'Call-ID') ?? '')
      return true
    }
    const those = lost.get(key) ?? []
    lost.set(key, those)
    if (those.length < mostLost) those.push({ lane, role, message })
    return false
  }

  return {
    middleboxOf: (role) => ({
      incoming: (octets, _, pass) => void (passes(role, 'received', octets) && pass(octets)),
      outgoing: (octets, _, pass) => void (passes(role, 'sent', octets) && pass(octets)),
    }),
    sever: (line, roles, lanes) => void cuts.set(userOf(line), { roles: new Set(roles), lanes: new Set(lanes) }),
    heal: (line) => void cuts.delete(userOf(line)),
    acknowledged: (callId) => acknowledged.has(callId),
    lost: (line) => lost.get(userOf(line)) ?? [],
  }
}

/** Enough to tell what became of a session. */
const mostLost = 200

const userOf = ({ planned, slot }: CaseLine): string => `${planned.id}\n${slot}`
