/** How CR LF is shown. */
export const lineEnd = '␍␊'

// A few letters between other octets are no text.
const binaryRun = /[^\n\x20-\x7e␍␊]+(?:[\x20-\x7e]{1,5}[^\n\x20-\x7e␍␊]+)*/g

/** Octets as text: each CR LF marked, and what is no text in hexadecimal between ‹ and ›. */
export const visible = (octets: Uint8Array): string =>
  Buffer.from(octets)
    .toString('latin1')
    .replaceAll('\r\n', `${lineEnd}\n`)
    .replaceAll(binaryRun, (run) => `‹${Buffer.from(run, 'latin1').toString('hex')}›`)
