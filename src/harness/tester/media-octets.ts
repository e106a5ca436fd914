import type { Arrival, MediaPortOptions } from '#stack/media'
import type { Source } from '#verdict'
import { judgeFloorControl } from '#wire/floor-control'
import type { Find } from './media-leg.ts'

type Reading = Parameters<NonNullable<MediaPortOptions['onControl']>>[0]
type Diagnostics = Parameters<NonNullable<MediaPortOptions['onWrong']>>[0]
type Diagnostic = Diagnostics[number] | ReturnType<typeof judgeFloorControl>[number]

/** What came to a role of the tester and is not as it is to be written, for one rule. */
interface Miswritten {
  readonly diagnostic: Diagnostic
  readonly octets: string
}

/** Packets of RTP, RTCP and floor control that break a rule of theirs: the first for each rule, until they are looked at. */
export interface MediaOctets {
  /** What the packet itself shows (RFC 3550). */
  packet(diagnostics: Diagnostics, arrival: Arrival): void
  /** What the floor control message in it shows (TS 24.380 8). */
  control(reading: Reading, arrival: Arrival): void
  /** Says what was wrong, and forgets it. */
  judge(find: Find): void
}

/** Whether it is RTP or RTCP by its first octet (RFC 7983 7): what keeps a way open is not (RFC 6263 4), nor what others share the port with. */
const isOfRtp = ({ octets: [first = 0] }: Arrival): boolean => first >= 128 && first <= 191

/** Octets that are shown before the one that is wrong, and from it on. */
const shown = 32

function around(octets: Uint8Array, offset: number): string {
  const [from, to] = [Math.max(0, offset - shown), Math.min(octets.length, offset + shown)]
  const hex = Buffer.from(octets.subarray(from, to)).toString('hex')
  return `${from > 0 ? '...' : ''}${hex}${to < octets.length ? '...' : ''}`
}

export function createMediaOctets(role: string): MediaOctets {
  const miswritten = new Map<string, Miswritten>()
  const note = (diagnostics: readonly Diagnostic[], { octets }: Arrival): void => {
    for (const diagnostic of diagnostics)
      // Who receives what a later release may define ignores it.
      if (diagnostic.severity === 'error' && !miswritten.has(diagnostic.rule))
        miswritten.set(diagnostic.rule, {
          diagnostic,
          octets: around(octets, diagnostic.offset),
        })
  }
  return {
    packet: (diagnostics, arrival) => void (isOfRtp(arrival) && note(diagnostics, arrival)),
    control: (reading, arrival) => note(judgeFloorControl(reading), arrival),
    judge(find) {
      for (const { diagnostic, octets } of miswritten.values()) {
        const { rule, clause, offset, text } = diagnostic
        find(
          'octets',
          `media and floor control are written as ${clause} says`,
          `a packet without ${rule}`,
          `${text} (octet ${offset} of ${octets}, to the ${role})`,
          sourceOf(clause),
        )
      }
      miswritten.clear()
    },
  }
}

/** `TS 24.380 8.2.2`: the last word is the clause. */
function sourceOf(text: string): Source {
  const at = text.lastIndexOf(' ')
  return { doc: text.slice(0, at), clause: text.slice(at + 1), basis: 'published' }
}
