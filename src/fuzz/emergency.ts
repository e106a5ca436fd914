// Each of the same length as before: lengths stay right, and places where they are.
const indications: readonly (readonly [RegExp, (...found: readonly string[]) => string])[] = [
  // RFC 5031: emergency services.
  [/(urn:service:)sos/gi, (_all, urn = '') => `${urn}xxx`],
  // RFC 3261 20.26
  [/^(Priority[ \t]*:[ \t]*)emergency/gim, (_all, name = '') => `${name}normal   `],
  // RFC 4412; TS 24.379 6.2.8.1.15
  [/^Resource-Priority(?=[ \t]*:)/gim, () => 'X-Stripped-Header'],
  // TS 24.379 F.1: emergency-ind, alert-ind, imminentperil-ind and those that tell of them; white space at an end of a boolean says nothing.
  [
    /(<(?:[\w-]+:)?(?:emergency|alert|imminentperil)-ind(?:-rcvd)?\b[^>]*>(?:\s*<[^>]+>)?\s*)(true|1)(?=\s*<)/gi,
    (_all, before = '', value = '') => before + '0'.padEnd(value.length),
  ],
]

/** The octets without any emergency indication. */
export function withoutEmergency(octets: Buffer): Buffer {
  const text = octets.toString('latin1')
  let made = text
  for (const [pattern, instead] of indications) made = made.replace(pattern, instead)
  return made === text ? octets : Buffer.from(made, 'latin1')
}
