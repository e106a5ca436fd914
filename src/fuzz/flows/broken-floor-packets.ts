export const octetsOf = (...lines: readonly string[]): readonly Uint8Array[] =>
  lines.map((line) => Buffer.from(line.replaceAll(' ', ''), 'hex'))

/**
 * Floor control that nobody has to understand: what is no RTCP packet (RFC 3550 6.1, 6.6), another application, a subtype or a field that has no meaning, and
 * fields that do not fit (TS 24.380 8.1.3, 8.2.2, 8.2.3). It is ignored, and the SSRC is that of nobody.
 */
export const brokenPackets: readonly Uint8Array[] = octetsOf(
  // Version 0, 1 and 3.
  '0acc0002 0000000a 4d435054',
  '4acc0002 0000000a 4d435054',
  'cacc0002 0000000a 4d435054',
  // A subtype without meaning.
  '9fcc0002 0000000a 4d435054',
  // Longer and shorter than the datagram, and cut.
  '80cc00ff 0000000a 4d435054',
  '80ccffff 0000000a 4d435054',
  '80cc0000 0000000a 4d435054',
  '80cc0002 0000000a 4d43',
  // Padding that is not there, and that is longer than the packet.
  'a0cc0002 0000000a 4d435054',
  'a0cc0003 0000000a 4d435054 000000ff',
  // Of nobody's application, and in lower case.
  '80cc0002 0000000a 58585858',
  '80cc0002 0000000a 6d637074',
  // A field that nobody knows, one that goes beyond the packet, and one of no octets where there are two.
  '8acc0003 0000000a 4d435054 bf020000',
  '8acc0003 0000000a 4d435054 66ff0000',
  '8acc0003 0000000a 4d435054 66000000',
  // Several in one packet: one that is right, one that is not, and one that is cut.
  '80c90001 0000000a 8acc0002 0000000a 4d435054 9fcc0002 0000000a 4d435054',
  '80c90001 0000000a 8acc0002 0000000a 4d435054 80cc00',
)
