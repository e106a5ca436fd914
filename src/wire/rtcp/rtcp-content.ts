import { isUtf8 } from 'node:buffer'
import type { DescriptionChunk, DescriptionItem, ReceptionReport } from './rtcp-packet.ts'

/** Octets of a report block. */
export const reportOctets = 24

// |                     SSRC of the source                        |
// | fraction lost |       cumulative number of packets lost       |
// |           extended highest sequence number received           |
// |                      interarrival jitter                      |
// |                         last SR (LSR)                         |
// |                   delay since last SR (DLSR)                  |

/** RFC 3550 6.4.1. The caller has seen that they fit. */
export const readReports = (view: DataView, start: number, count: number): readonly ReceptionReport[] =>
  Array.from({ length: count }, (_, index) => {
    const at = start + index * reportOctets
    return {
      ssrc: view.getUint32(at),
      fractionLost: view.getUint8(at + 4),
      lost: (view.getUint32(at + 4) << 8) >> 8,
      highestSequence: view.getUint32(at + 8),
      jitter: view.getUint32(at + 12),
      lastSenderReport: view.getUint32(at + 16),
      delaySinceLastSenderReport: view.getUint32(at + 20),
    }
  })

// |                          SSRC or CSRC                         |
// |  item type    |    length     | text ...                      |
// | ... more items, then zeros up to the next multiple of 4       |

/** RFC 3550 6.5. A text says what does not fit. */
export function readChunks(octets: Uint8Array, view: DataView, count: number): readonly DescriptionChunk[] | string {
  const chunks: DescriptionChunk[] = []
  let at = 4
  for (let index = 0; index < count; index += 1) {
    if (at + 8 > octets.length) return `expected ${count} chunks, the packet ends in number ${index + 1}`
    const source = view.getUint32(at)
    const items: DescriptionItem[] = []
    at += 4
    while (octets[at] !== 0) {
      const length = octets[at + 1]
      const type = octets[at]
      if (type === undefined || length === undefined || at + 2 + length > octets.length)
        return `an item of chunk ${index + 1} goes beyond the packet`
      items.push({ type, octets: octets.subarray(at + 2, at + 2 + length) })
      at += 2 + length
    }
    const end = at + 4 - (at % 4)
    if (end > octets.length || !allZero(octets.subarray(at, end))) return `chunk ${index + 1} does not end with zeros`
    chunks.push({ source, items })
    at = end
  }
  return at === octets.length ? chunks : `${octets.length - at} octets are left after ${count} chunks`
}

// |                           SSRC/CSRC ...                       |
// |     length    |               reason for leaving ...          |

/** RFC 3550 6.6. A text says what does not fit. */
export function readGoodbye(
  octets: Uint8Array,
  view: DataView,
  count: number,
): { sources: readonly number[]; reason: string | undefined } | string {
  const after = 4 + count * 4
  if (after > octets.length) return `${count} sources do not fit in ${octets.length} octets`
  const sources = Array.from({ length: count }, (_, index) => view.getUint32(4 + index * 4))
  if (after === octets.length) return { sources, reason: undefined }
  const length = octets[after] ?? 0
  const text = octets.subarray(after + 1, after + 1 + length)
  const padding = octets.subarray(after + 1 + length)
  if (text.length < length || padding.length > 3 || !allZero(padding) || !isUtf8(text))
    return `the reason of ${length} octets does not fit, or is not UTF-8`
  return { sources, reason: Buffer.from(text).toString('utf8') }
}

const allZero = (octets: Uint8Array): boolean => octets.every((octet) => octet === 0)
