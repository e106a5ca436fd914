/** The same numbers in every run: mulberry32. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Octets at which readers turn, and words of the protocols. */
const telling = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x25, 0x2c, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x5c, 0x7f, 0x80, 0xc0, 0xff]
const words = [
  '\r\n',
  '\r\n\r\n',
  '\r\n ',
  ';tag=',
  ';branch=z9hG4bK',
  '<sip:',
  '>',
  '"',
  '%00',
  '\uFEFF',
  '99999999999999999999',
  '-1',
  'Content-Length: ',
  'Content-Type: multipart/mixed;boundary=',
  '--',
  '<![CDATA[',
  '<!DOCTYPE x [<!ENTITY a "a">]>',
  '&#x0;',
  '</',
  'm=audio ',
  'a=fmtp:',
  '__proto__',
  '[::1]',
  ','.repeat(40),
  '('.repeat(40),
  '<a>'.repeat(40),
].map((word) => Buffer.from(word))

/** One to four changes: single octets, cuts, blocks that come twice or elsewhere, words put in. */
export function mutated(octets: Buffer, below: (limit: number) => number): Buffer {
  let changed = Buffer.from(octets)
  for (let times = 1 + below(4); times > 0; times -= 1) {
    const at = below(Math.max(1, changed.length))
    const to = Math.min(changed.length, at + 1 + below(24))
    switch (below(7)) {
      case 0:
        if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << below(8))
        break
      case 1:
        if (changed.length > 0) changed[at] = telling[below(telling.length)] ?? 0
        break
      case 2:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(to)])
        break
      case 3:
        changed = Buffer.concat([changed.subarray(0, to), changed.subarray(at)])
        break
      case 4:
        changed = Buffer.concat([changed.subarray(0, at), words[below(words.length)] ?? octets, changed.subarray(at)])
        break
      case 5: {
        const lines = changed.toString('latin1').split('\r\n')
        const [one, other] = [below(lines.length), below(lines.length)]
        ;[lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? '']
        changed = Buffer.from(lines.join('\r\n'), 'latin1')
        break
      }
      default:
        // Most are to be read to their end.
        if (below(4) === 0) changed = changed.subarray(0, at)
    }
  }
  return changed
}
