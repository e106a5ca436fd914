/** Floor Indicator (TS 24.380 8.2.3.15): its number, and the bits of a normal and of an emergency call. */
const floorIndicator = 13
const [normal, emergency] = [0x80, 0x10]

/** Where the fields of an RTCP APP packet begin (RFC 3550 6.7). */
const header = 12

/** The same floor control message, of a call of another kind (only ever by a defect). */
export function asCallOf(kind: 'normal' | 'emergency', octets: Uint8Array): Uint8Array {
  const made = Uint8Array.from(octets)
  for (let at = header; at + 1 < made.length;) {
    const [id = 0, length = 0] = made.subarray(at, at + 2)
    const bits = made[at + 2] ?? 0
    if (id === floorIndicator)
      made[at + 2] = kind === 'normal' ? (bits & ~emergency) | normal : (bits & ~normal) | emergency
    at += Math.ceil((2 + length) / 4) * 4
  }
  return made
}

/** The same message with one more field, which says that it is longer than the packet (only ever by a defect). */
export function withFieldBeyondEnd(octets: Uint8Array): Uint8Array {
  const made = Uint8Array.from([...octets, floorIndicator, 0xff, 0, 0])
  new DataView(made.buffer).setUint16(lengthAt, made.length / 4 - 1)
  return made
}

/** Where an RTCP packet says how long it is (RFC 3550 6.4.1). */
const lengthAt = 2
