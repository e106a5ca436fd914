import type { FieldName } from './field-values.ts'
import { transmissionMessages, type TransmissionControlName } from './transmission-messages.ts'

/** Release of 3GPP whose text is meant. */
export type Release = 13 | 14 | 15 | 16 | 17 | 18 | 19

/** Names of application-defined RTCP packets that TS 24.380 8 and TS 24.581 9 use. MCCP is what early versions call MCMC. */
export type ControlName = 'MCPT' | 'MCPC' | 'MCMC' | 'MCCP' | TransmissionControlName

/** One control message (TS 24.380 tables 8.2.2-1, 8.3.2-1, 8.4.2-1, TS 24.581 9.2). */
export interface MessageDefinition {
  readonly control: ControlName
  /** The low four bits of the subtype. */
  readonly subtype: number
  readonly title: string
  readonly clause: string
  readonly sender: 'client' | 'server' | 'both'
  readonly since: Release
  /** The last release in which the number means this. */
  readonly until?: Release
  /** Fields without which it says nothing. */
  readonly needs?: readonly FieldName[]
}

const floor = (
  subtype: number,
  title: string,
  clause: number,
  sender: MessageDefinition['sender'],
  since: Release = 13,
): MessageDefinition => ({ control: 'MCPT', subtype, title, clause: `TS 24.380 8.2.${clause}`, sender, since })

const mapping = (control: 'MCMC' | 'MCCP'): readonly MessageDefinition[] => [
  { control, subtype: 0, title: 'Map Group To Bearer', clause: 'TS 24.380 8.4', sender: 'server', since: 13 },
  { control, subtype: 1, title: 'Unmap Group To Bearer', clause: 'TS 24.380 8.4', sender: 'server', since: 13 },
]

export const messages: readonly MessageDefinition[] = [
  floor(0, 'Floor Request', 4, 'client'),
  floor(1, 'Floor Granted', 5, 'server'),
  floor(2, 'Floor Taken', 9, 'server'),
  { ...floor(3, 'Floor Deny', 6, 'server'), needs: ['reject-cause'] },
  floor(4, 'Floor Release', 7, 'client'),
  floor(5, 'Floor Idle', 8, 'server'),
  { ...floor(6, 'Floor Revoke', 10, 'server'), needs: ['reject-cause'] },
  floor(7, 'Floor Revoke Request', 17, 'client', 19),
  floor(8, 'Floor Queue Position Request', 11, 'client'),
  { ...floor(9, 'Floor Queue Position Info', 12, 'server'), needs: ['queue-info'] },
  { ...floor(10, 'Floor Ack', 13, 'both'), needs: ['source', 'message-type'] },
  floor(11, 'Unicast Media Flow Control', 16, 'client', 17),
  // One number, two meanings.
  { ...floor(14, 'Floor Queued Cancel', 15, 'both', 17), until: 17 },
  floor(14, 'Queued Floor Requests', 15, 'both', 18),
  floor(15, 'Floor Release Multi Talker', 14, 'server', 15),
  { control: 'MCPC', subtype: 0, title: 'Connect', clause: 'TS 24.380 8.3', sender: 'server', since: 13 },
  { control: 'MCPC', subtype: 1, title: 'Disconnect', clause: 'TS 24.380 8.3', sender: 'server', since: 13 },
  { control: 'MCPC', subtype: 2, title: 'Acknowledgement', clause: 'TS 24.380 8.3', sender: 'both', since: 13 },
  ...mapping('MCMC'),
  ...mapping('MCCP'),
  ...transmissionMessages,
]

/** The newest release whose tables are here. */
export const newestRelease: Release = 19

/** Where the subtypes and the coding of the fields stand. */
export const clauses: Readonly<Record<ControlName, { readonly messages: string; readonly fields: string }>> = {
  MCPT: { messages: 'TS 24.380 8.2.2', fields: 'TS 24.380 8.2.3.1' },
  MCPC: { messages: 'TS 24.380 8.3.2', fields: 'TS 24.380 8.3.3' },
  MCMC: { messages: 'TS 24.380 8.4.2', fields: 'TS 24.380 8.4.3' },
  MCCP: { messages: 'TS 24.380 8.4.2', fields: 'TS 24.380 8.4.3' },
  MCV0: { messages: 'TS 24.581 9.2', fields: 'TS 24.581 9.2.3' },
  MCV1: { messages: 'TS 24.581 9.2', fields: 'TS 24.581 9.2.3' },
  MCV2: { messages: 'TS 24.581 9.2', fields: 'TS 24.581 9.2.3' },
}

const names: ReadonlySet<string> = new Set<ControlName>(['MCPT', 'MCPC', 'MCMC', 'MCCP', 'MCV0', 'MCV1', 'MCV2'])

export const isControlName = (name: string): name is ControlName => names.has(name)

/** What a subtype means in a release; `undefined` when it has no meaning in it. */
export const messageOf = (
  control: ControlName,
  subtype: number,
  release: Release = newestRelease,
): MessageDefinition | undefined =>
  messages.find(
    (one) =>
      one.control === control &&
      one.subtype === subtype &&
      one.since <= release &&
      (one.until === undefined || release <= one.until),
  )
