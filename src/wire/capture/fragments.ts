import type { Fragment, InternetPacket } from './internet-packet.ts'

/** Puts fragments of IP packets together (RFC 791 3.2, RFC 8200 4.5). */
export interface FragmentAssembly {
  /** The whole packet once its last missing piece has come; `undefined` before. */
  push(packet: InternetPacket): InternetPacket | undefined
  /** Packets of which pieces never came, or that were given up. */
  readonly incomplete: number
}

const largestPacket = 65_535
/** The largest packet in pieces of the smallest usual size is a tenth of that. */
const maximalPieces = 1024
/** Packets that may be open at once; the oldest is given up for a new one. */
const maximalOpen = 256

interface Open {
  readonly first: InternetPacket
  readonly pieces: Map<number, Uint8Array>
  octets: number
  end: number | undefined
}

export function createFragmentAssembly(): FragmentAssembly {
  const open = new Map<string, Open>()
  let given = 0

  const join = (id: string, entry: Open): InternetPacket | undefined => {
    if (entry.end === undefined) return undefined
    const whole = new Uint8Array(entry.end)
    let at = 0
    for (const [offset, piece] of [...entry.pieces].sort(([a], [b]) => a - b)) {
      if (offset > at) return undefined
      whole.set(piece.subarray(0, Math.max(0, entry.end - offset)), offset)
      at = Math.max(at, offset + piece.length)
    }
    if (at < entry.end) return undefined
    open.delete(id)
    return { ...entry.first, payload: whole, missing: 0, fragment: undefined }
  }

  return {
    push(packet) {
      const { fragment } = packet
      if (fragment === undefined) return packet
      const entry = open.get(fragment.id) ?? begin(fragment, packet)
      if (
        fragment.offset + packet.payload.length > largestPacket ||
        packet.missing > 0 ||
        entry.pieces.size > maximalPieces
      ) {
        open.delete(fragment.id)
        given += 1
        return undefined
      }
      if (entry.pieces.has(fragment.offset)) return undefined
      entry.pieces.set(fragment.offset, packet.payload)
      if (fragment.last) entry.end = fragment.offset + packet.payload.length
      entry.octets += packet.payload.length
      // Pieces are joined only when enough octets have come, so that hostile fragments cost no more than others.
      return entry.end !== undefined && entry.octets >= entry.end ? join(fragment.id, entry) : undefined
    },
    get incomplete() {
      return open.size + given
    },
  }

  function begin(fragment: Fragment, packet: InternetPacket): Open {
    if (open.size === maximalOpen) {
      const [oldest] = open.keys()
      if (oldest !== undefined) open.delete(oldest)
      given += 1
    }
    const entry: Open = { first: packet, pieces: new Map(), octets: 0, end: undefined }
    open.set(fragment.id, entry)
    return entry
  }
}
