import { isUtf8 } from 'node:buffer'
import type {
  OctetAndSpare,
  QueueInfo,
  RejectCause,
  SessionIdentity,
  SourceAndSpare,
  SourceList,
  Subchannel,
  TrackInfo,
} from './field-values.ts'

/** How the value of a field stands in its octets, both ways. */
export interface Layout<Value> {
  /** `undefined` when the octets cannot have been written so. */
  readonly read: (octets: Buffer) => Value | undefined
  readonly write: (value: Value) => Uint8Array
  /** For a person who is told that the octets do not fit. */
  readonly shape: string
}

/** UTF-8; `undefined` when it is none, so that nothing is lost in reading. */
const textOf = (octets: Buffer): string | undefined => (isUtf8(octets) ? octets.toString('utf8') : undefined)

// |             value             |
export const number16: Layout<number> = {
  shape: '2 octets',
  read: (octets) => (octets.length === 2 ? octets.readUInt16BE(0) : undefined),
  write: (value) => pair(value >> 8, value),
}

// |     value     |     spare     |
export const octetAndSpare: Layout<OctetAndSpare> = {
  shape: '2 octets',
  read: ([value, spare, ...rest]) =>
    value !== undefined && spare !== undefined && rest.length === 0 ? { value, spare } : undefined,
  write: ({ value, spare }) => pair(value, spare),
}

// | text ...                      |
export const text: Layout<string> = {
  shape: 'UTF-8',
  read: textOf,
  write: (value) => Buffer.from(value, 'utf8'),
}

// | octets ...                    |
export const plain: Layout<Uint8Array> = {
  shape: 'octets',
  read: (octets) => Uint8Array.from(octets),
  write: (value) => value,
}

// |             cause             | phrase ...                    |
export const rejectCause: Layout<RejectCause> = {
  shape: '2 octets and a phrase in UTF-8',
  read: (octets) => {
    const phrase = textOf(octets.subarray(2))
    return octets.length < 2 || phrase === undefined ? undefined : { cause: octets.readUInt16BE(0), phrase }
  },
  write: ({ cause, phrase }) => Buffer.concat([number16.write(cause), Buffer.from(phrase, 'utf8')]),
}

// |   position    |   priority    |
export const queueInfo: Layout<QueueInfo> = {
  shape: '2 octets',
  read: (octets) =>
    octets.length === 2 ? { position: octets.readUInt8(0), priority: octets.readUInt8(1) } : undefined,
  write: ({ position, priority }) => pair(position, priority),
}

// |   queueing    |  type length  | participant type ...          |
// | ... zeros up to 32 bits       | reference of 32 bits ...      |
export const trackInfo: Layout<TrackInfo> = {
  shape: '2 octets, the participant type and references of 4 octets',
  read: (octets) => {
    const [queueing, length] = octets
    if (queueing === undefined || length === undefined || octets.length < 2 + length) return undefined
    const participantType = textOf(octets.subarray(2, 2 + length))
    const rest = octets.length - 2 - length
    // The padding of the type may be counted or left to the end of the field: both are found.
    const padding = rest % 4
    const zeros = octets.subarray(2 + length, 2 + length + padding)
    if (participantType === undefined || zeros.some((octet) => octet !== 0)) return undefined
    const references: number[] = []
    for (let at = 2 + length + padding; at < octets.length; at += 4) references.push(octets.readUInt32BE(at))
    return { queueing, participantType, padding, references }
  },
  write: ({ queueing, participantType, padding, references }) => {
    const type = Buffer.from(participantType, 'utf8')
    const head = Uint8Array.of(queueing, type.length)
    return Buffer.concat([head, type, Buffer.alloc(padding), ...references.map(number32)])
  },
}

// |                             SSRC                              |
// |             spare             |
export const sourceAndSpare: Layout<SourceAndSpare> = {
  shape: '6 octets',
  read: (octets) => (octets.length === 6 ? { ssrc: octets.readUInt32BE(0), spare: octets.readUInt16BE(4) } : undefined),
  write: ({ ssrc, spare }) => {
    const octets = Buffer.allocUnsafe(6)
    octets.writeUInt32BE(ssrc >>> 0)
    octets.writeUInt16BE(spare & 0xffff, 4)
    return octets
  },
}

// |     count     | zeros ...     | SSRC of 32 bits ...           |
export const sourceList: Layout<SourceList> = {
  shape: 'a count, spare octets and as many SSRCs',
  read: (octets) => {
    const [count] = octets
    if (count === undefined) return undefined
    const spare = octets.length - 1 - count * 4
    if (spare < 0 || spare > 3 || octets.subarray(1, 1 + spare).some((octet) => octet !== 0)) return undefined
    const ssrcs = Array.from({ length: count }, (_, index) => octets.readUInt32BE(1 + spare + index * 4))
    return { ssrcs, spare }
  },
  write: ({ ssrcs, spare }) =>
    Buffer.concat([Uint8Array.of(ssrcs.length), Buffer.alloc(spare), ...ssrcs.map(number32)]),
}

// |     count     |    length     | identity ...                  |  length and identity as often as counted
export const texts: Layout<readonly string[]> = {
  shape: 'a count and as many identities, each with its length',
  read: (octets) => {
    const [count] = octets
    if (count === undefined) return undefined
    const list: string[] = []
    let at = 1
    for (let index = 0; index < count; index += 1) {
      const length = octets[at] ?? octets.length
      const identity = textOf(octets.subarray(at + 1, at + 1 + length))
      if (identity === undefined || at + 1 + length > octets.length) return undefined
      list.push(identity)
      at += 1 + length
    }
    return at === octets.length ? list : undefined
  },
  write: (list) =>
    Buffer.concat([
      Uint8Array.of(list.length),
      ...list.map((one) => Buffer.from(one, 'utf8')).flatMap((one) => [Uint8Array.of(one.length), one]),
    ]),
}

// | session type  | identity ...                                  |
export const sessionIdentity: Layout<SessionIdentity> = {
  shape: 'an octet and an identity in UTF-8',
  read: (octets) => {
    const [sessionType] = octets
    const identity = textOf(octets.subarray(1))
    return sessionType === undefined || identity === undefined ? undefined : { sessionType, identity }
  },
  write: ({ sessionType, identity }) => Buffer.concat([Uint8Array.of(sessionType), Buffer.from(identity, 'utf8')]),
}

// | audio | floor | vers. | spare |
// |                  floor control port (32 bits)                 |  when the floor line is not 0
// |                      media port (32 bits)                     |
// |                   address (4 or 16 octets)                    |
export const subchannel: Layout<Subchannel> = {
  shape: 'lines, version, ports and an address of its version',
  read: (octets) => {
    const [lines, versions] = octets
    if (lines === undefined || versions === undefined) return undefined
    const floorLine = lines & 0x0f
    const media = floorLine === 0 ? 2 : 6
    const version = versions >> 4
    if (octets.length !== media + 4 + (version === 0 ? 4 : 16)) return undefined
    return {
      audioLine: lines >> 4,
      floorLine,
      version,
      spare: versions & 0x0f,
      floorPort: floorLine === 0 ? undefined : octets.readUInt32BE(2),
      mediaPort: octets.readUInt32BE(media),
      address: Uint8Array.from(octets.subarray(media + 4)),
    }
  },
  write: ({ audioLine, floorLine, version, spare, floorPort, mediaPort, address }) => {
    const head = Uint8Array.of((audioLine << 4) | (floorLine & 0x0f), (version << 4) | (spare & 0x0f))
    const floor = floorLine === 0 ? Buffer.alloc(0) : number32(floorPort ?? 0)
    return Buffer.concat([head, floor, number32(mediaPort), address])
  },
}

function pair(first: number, second: number): Buffer {
  const octets = Buffer.allocUnsafe(2)
  octets[0] = first
  octets[1] = second
  return octets
}

function number32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value >>> 0)
  return octets
}
