import {
  denyCauses,
  fieldValue,
  floorIndicators,
  messageOf,
  revokeCauses,
  sources,
  type FloorControlMessage,
} from '#wire/floor-control'
import { packetNames, type RtcpPacket } from '#wire/rtcp'
import { shortName } from './addressing.ts'
import type { MediaEntry, RtcpEntry } from './conversation.ts'

/** What stands on the arrow. */
export function rtcpLabel({ packets, controls }: RtcpEntry): string {
  const names = controls.map(({ control, subtype }) => messageOf(control, subtype)?.title ?? `${control} ${subtype}`)
  if (names.length > 0) return names.join(' + ')
  return packets.length === 0 ? 'unreadable' : `RTCP ${packets.map(({ packet }) => nameOf(packet)).join(' ')}`
}

const nameOf = (packet: RtcpPacket): string => {
  if (packet.kind === 'unknown') return String(packet.packetType)
  return packet.kind === 'application' ? `APP ${packet.name}` : packetNames[packet.kind]
}

/** What the packets of a datagram say. */
export function sayRtcp({ packets, controls }: RtcpEntry, sender: string): readonly string[] {
  if (controls.length > 0) return controls.flatMap((control) => sayControl(control, sender))
  return packets.map(({ packet }) => sayPacket(packet, sender)).filter((one) => one !== '')
}

function sayPacket(packet: RtcpPacket, sender: string): string {
  switch (packet.kind) {
    case 'sender-report':
      return `${sender} has sent ${packet.packets} packets${sayReception(packet.reports.length)}`
    case 'receiver-report':
      return packet.reports.length === 0
        ? `${sender} has received nothing yet`
        : `${sender} reports${sayReception(packet.reports.length)}`
    case 'source-description': {
      const [name] = packet.chunks.flatMap(({ items }) => items.filter(({ type }) => type === 2))
      return name === undefined ? '' : `calls itself ${Buffer.from(name.octets).toString('utf8')}`
    }
    case 'goodbye':
      return `${sender} leaves${packet.reason === undefined ? '' : `: ${packet.reason}`}`
    case 'application':
      return `application-defined ${packet.name}, subtype ${packet.subtype}`
    case 'unknown':
      return `packet type ${packet.packetType}`
  }
}

const sayReception = (reports: number): string =>
  reports === 0 ? '' : `, hears ${reports} source${reports === 1 ? '' : 's'}`

/** A control message of TS 24.380 8 in words. */
function sayControl(message: FloorControlMessage, sender: string): readonly string[] {
  const acknowledge = message.acknowledge ? ['asks for an acknowledgement'] : []
  return [sayMessage(message, sender), ...sayIndicator(message), ...acknowledge]
}

function sayMessage(message: FloorControlMessage, sender: string): string {
  const definition = messageOf(message.control, message.subtype)
  if (message.control !== 'MCPT') return `${sender}: ${definition?.title ?? 'unknown message'}`
  const user = fieldValue(message, 'user-id')
  const who = user === undefined ? sender : shortName(user)
  switch (message.subtype) {
    case 0: {
      const priority = fieldValue(message, 'floor-priority')
      return `${who} asks for the floor${priority === undefined ? '' : ` with priority ${priority.value}`}`
    }
    case 1: {
      const duration = fieldValue(message, 'duration')
      return `the floor is granted${duration === undefined ? '' : ` for ${duration} s`}`
    }
    case 2: {
      const talkers = fieldValue(message, 'granted-users') ?? [fieldValue(message, 'granted-party') ?? 'somebody']
      const permission = fieldValue(message, 'permission')
      const others = permission === undefined ? '' : `, others ${permission === 1 ? 'may' : 'may not'} ask for it`
      return `${talkers.map(shortName).join(' and ')} ${talkers.length === 1 ? 'has' : 'have'} the floor${others}`
    }
    case 3:
      return `the floor is denied${sayCause(message, denyCauses)}`
    case 4:
      return `${who} releases the floor`
    case 5:
      return 'nobody has the floor'
    case 6:
      return `the floor is taken away${sayCause(message, revokeCauses)}`
    case 7: {
      const other = fieldValue(message, 'revoke-request-user-id')
      return `${who} asks to take the floor from ${shortName(other)}`
    }
    case 8:
      return `${who} asks for the place in the queue`
    case 9:
      return sayQueue(message)
    case 10: {
      const acknowledged = fieldValue(message, 'message-type')
      const title = acknowledged === undefined ? undefined : messageOf('MCPT', acknowledged.value)?.title
      const source = sources.get(fieldValue(message, 'source') ?? -1) ?? sender
      return `${source} acknowledges ${title ?? 'a message'}`
    }
    case 11: {
      const flow = fieldValue(message, 'media-flow-control')
      return `${who} asks to ${flow !== undefined && (flow.value & 0x80) !== 0 ? 'resume' : 'stop'} the unicast media`
    }
    default:
      return `${who}: ${definition?.title ?? `MCPT message ${message.subtype}`}`
  }
}

function sayQueue(message: FloorControlMessage): string {
  const info = fieldValue(message, 'queue-info')
  const queued = fieldValue(message, 'queued-user-id')
  const who = queued === undefined ? '' : `${shortName(queued)} is `
  if (info === undefined) return `${who}queued`
  if (info.position === 254) return `${who}not queued`
  const place = info.position === 255 ? 'at an unknown position' : `at position ${info.position}`
  return `${who}queued ${place} with priority ${info.priority}`
}

function sayCause(message: FloorControlMessage, causes: ReadonlyMap<number, string>): string {
  const reject = fieldValue(message, 'reject-cause')
  if (reject === undefined) return ''
  const words = causes.get(reject.cause) ?? `cause ${reject.cause}`
  return `: ${words}${reject.phrase === '' ? '' : ` (${reject.phrase})`}`
}

function sayIndicator(message: FloorControlMessage): readonly string[] {
  const bits = fieldValue(message, 'floor-indicator') ?? 0
  const set = [...floorIndicators].filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name)
  return set.length === 0 ? [] : [set.join(', ')]
}

export const sayStream = (entry: MediaEntry): readonly string[] => {
  const seconds = (entry.last - entry.at) / 1000
  const source = entry.ssrc.toString(16).padStart(8, '0')
  return [
    `${entry.count} packets in ${seconds.toFixed(1)} s, ${entry.octets} octets, payload type ${entry.payloadType}, SSRC ${source}`,
  ]
}
