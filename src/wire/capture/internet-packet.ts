import type { CapturedPacket } from './capture.ts'

/** An IP packet, or a fragment of one, taken out of its frame. */
export interface InternetPacket {
  readonly version: 4 | 6
  readonly source: string
  readonly target: string
  /** Number of the protocol above: 6 TCP, 17 UDP. */
  readonly protocol: number
  readonly payload: Uint8Array
  /** Octets of the payload that the capture did not keep. */
  readonly missing: number
  readonly fragment: Fragment | undefined
}

export interface Fragment {
  readonly id: string
  /** Octets before this piece. */
  readonly offset: number
  readonly last: boolean
}

const etherType = { ipv4: 0x0800, ipv6: 0x86dd } as const
/** Tags of 802.1Q and 802.1ad, which stand before the type of what they carry. */
const tagTypes = new Set([0x8100, 0x88a8, 0x9100])
const maximalTags = 4

/** The IP packet in a frame; `undefined` when there is none or its header is not whole. */
export function readInternetPacket({ link, octets, length }: CapturedPacket): InternetPacket | undefined {
  const at = internetStart(link, octets)
  if (at === undefined || at >= octets.length) return undefined
  const packet = octets.subarray(at)
  const original = length - at
  switch ((packet[0] ?? 0) >> 4) {
    case 4:
      return readVersion4(packet, original)
    case 6:
      return readVersion6(packet, original)
    default:
      return undefined
  }
}

function internetStart(link: CapturedPacket['link'], octets: Uint8Array): number | undefined {
  switch (link) {
    case 'raw-ip':
      return 0
    case 'loopback':
      // Four octets of address family, in an order that depends on who recorded: the version of IP tells enough.
      return 4
    case 'linux-cooked':
      return afterEtherType(octets, 14)
    case 'linux-cooked-2':
      return isInternet(word(octets, 0)) ? 20 : undefined
    case 'ethernet':
      return afterEtherType(octets, 12)
    case undefined:
      return undefined
  }
}

function afterEtherType(octets: Uint8Array, start: number): number | undefined {
  let at = start
  for (let tags = 0; tags < maximalTags && tagTypes.has(word(octets, at)); tags += 1) at += 4
  return isInternet(word(octets, at)) ? at + 2 : undefined
}

const isInternet = (type: number): boolean => type === etherType.ipv4 || type === etherType.ipv6

//  0                   1                   2                   3
// |Version|  IHL  |Type of Service|          Total Length         |
// |         Identification        |Flags|      Fragment Offset    |
// |  Time to Live |    Protocol   |         Header Checksum       |
// |                       Source Address                          |
// |                    Destination Address                        |

/** RFC 791 3.1. */
function readVersion4(octets: Uint8Array, original: number): InternetPacket | undefined {
  const header = ((octets[0] ?? 0) & 0x0f) * 4
  if (header < 20 || octets.length < header) return undefined
  // Zero where the network card was to cut the packet into segments.
  const total = word(octets, 2) === 0 ? original : word(octets, 2)
  if (total < header) return undefined
  const flags = word(octets, 6)
  const protocol = octets[9] ?? 0
  const source = dotted(octets, 12)
  const target = dotted(octets, 16)
  const offset = (flags & 0x1fff) * 8
  const more = (flags & 0x2000) !== 0
  return {
    version: 4,
    source,
    target,
    protocol,
    ...payloadOf(octets, header, total),
    fragment:
      more || offset > 0
        ? { id: `${source}>${target}/${protocol}/${word(octets, 4)}`, offset, last: !more }
        : undefined,
  }
}

/** Extension headers that stand between IPv6 and what it carries (RFC 8200 4). */
const extension = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60 } as const
const extensionHeaders: ReadonlySet<number> = new Set(Object.values(extension))
const maximalExtensions = 8

//  0                   1                   2                   3
// |Version| Traffic Class |           Flow Label                  |
// |         Payload Length        |  Next Header  |   Hop Limit   |
// |                   Source Address (16 octets)                  |
// |                Destination Address (16 octets)                |

/** RFC 8200 3. */
function readVersion6(octets: Uint8Array, original: number): InternetPacket | undefined {
  if (octets.length < 40) return undefined
  const announced = word(octets, 4)
  const total = announced === 0 ? original : 40 + announced
  const source = colons(octets, 8)
  const target = colons(octets, 24)
  let protocol = octets[6] ?? 0
  let at = 40
  let fragment: Fragment | undefined
  for (let count = 0; extensionHeaders.has(protocol); count += 1) {
    if (count === maximalExtensions || at + 8 > octets.length) return undefined
    const next = octets[at] ?? 0
    const size = octets[at + 1] ?? 0
    if (protocol === extension.fragment) {
      const flags = word(octets, at + 2)
      const id = `${source}>${target}/${word(octets, at + 4)}.${word(octets, at + 6)}`
      fragment = { id, offset: flags & 0xfff8, last: (flags & 1) === 0 }
      at += 8
    } else at += protocol === extension.authentication ? (size + 2) * 4 : (size + 1) * 8
    protocol = next
    // What follows in a later fragment is no header any more.
    if (fragment !== undefined && fragment.offset > 0) break
  }
  if (at > octets.length || total < at) return undefined
  return { version: 6, source, target, protocol, ...payloadOf(octets, at, total), fragment }
}

/** Octets after the announced end are padding of the link. */
function payloadOf(octets: Uint8Array, start: number, total: number): Pick<InternetPacket, 'payload' | 'missing'> {
  const payload = octets.subarray(start, Math.min(total, octets.length))
  return { payload, missing: total - start - payload.length }
}

const word = (octets: Uint8Array, at: number): number => ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0)

const dotted = (octets: Uint8Array, at: number): string => octets.subarray(at, at + 4).join('.')

/** RFC 5952 4: lower case, no leading zeros, the longest run of zeros left out. */
function colons(octets: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => word(octets, at + index * 2).toString(16))
  const run = longestRun(groups)
  if (run.length < 2) return groups.join(':')
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`
}

function longestRun(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0
    while (groups[start + length] === '0') length += 1
    if (length > best.length) best = { start, length }
  }
  return best
}
