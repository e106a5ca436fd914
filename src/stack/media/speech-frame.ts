/** What a talker says of itself in each packet. */
export interface SpeechFrame {
  /** Who talks: `talkerNumber` of its name. */
  readonly talker: number
  /** How many packets this talker has sent before, since it began. */
  readonly counter: number
  /** When it was sent, in milliseconds of the talker's clock: only differences within one talker mean something. */
  readonly sentAt: number
}

/** Octets of a frame of AMR-WB at 23.85 kbit/s, bandwidth-efficient (RFC 4867 4.3): 4 + 6 + 477 bits. */
export const speechFrameOctets = 61

/** CMR 15: no mode asked for; one frame, of type 8, good quality (RFC 4867 4.3.1, 4.3.2): 1111 0 1000 1. */
const header = [0xf4, 0x40] as const
const mark = Buffer.from('MCXT', 'latin1')

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// | CMR=15|0| FT=8  |1| 0 ...     |        mark: MCXT             |
// |                               |            talker             |
// |                               |            counter            |
// |                               |     sent at (binary64) ...    |
// | ...                           |  talker again, up to octet 61 |

/** A frame that a speech codec would carry unread, and that is recognised wherever it comes out again. */
export function writeSpeechFrame({ talker, counter, sentAt }: SpeechFrame): Uint8Array {
  const octets = Buffer.alloc(speechFrameOctets, talker & 0xff)
  octets.set(header, 0)
  octets.set(mark, 2)
  octets.writeUInt32BE(talker >>> 0, 6)
  octets.writeUInt32BE(counter >>> 0, 10)
  octets.writeDoubleBE(sentAt, 14)
  return octets
}

/** What a talker of ours said; `undefined` when the payload is no frame of ours: another codec, other speech, or encrypted. */
export function readSpeechFrame(payload: Uint8Array): SpeechFrame | undefined {
  if (payload.length !== speechFrameOctets) return undefined
  const octets = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (octets.readUInt32BE(2) !== markNumber) return undefined
  return { talker: octets.readUInt32BE(6), counter: octets.readUInt32BE(10), sentAt: octets.readDoubleBE(14) }
}

const markNumber = mark.readUInt32BE(0)

/** The number that stands for a name in a frame: FNV-1a, 32 bits. */
export function talkerNumber(name: string): number {
  let hash = 0x811c9dc5
  for (const octet of Buffer.from(name, 'utf8')) hash = Math.imul(hash ^ octet, 0x01000193)
  return hash >>> 0
}
