import { createHash } from 'node:crypto'

// A MIKEY-SAKKE I_MESSAGE (RFC 6509) by its form alone: keys, ciphertext and signature are made up, and nobody can use
// them. What parses a message finds every payload; what checks it finds that it is not signed by anyone.

const next = { none: 0, timestamp: 5, random: 11, identity: 14, sakke: 26, signature: 4 } as const

/** Data type of a SAKKE message (RFC 6509 4.1). */
const sakkeMessage = 26

/** What makes the message: the same parties, the same octets, since no server between them changes any. */
export interface KeyDraft {
  readonly initiator: string
  readonly responder: string
}

/** Writes the message in base64, as `a=key-mgmt:mikey` has it (RFC 4567 3.1.1). */
export function writeMikey({ initiator, responder }: KeyDraft): string {
  const made = (purpose: string, length: number): Buffer =>
    createHash('sha512').update([purpose, initiator, responder].join('\n')).digest().subarray(0, length)
  return Buffer.concat([
    header(made('bundle', 4)),
    timestamp,
    Buffer.from([next.identity, 16]),
    made('random', 16),
    identity(next.identity, 1, initiator),
    identity(next.sakke, 2, responder),
    sakke(made('sakke', 64)),
    // The ECCSI type of signature and twelve bits of length (RFC 6509 4.4).
    Buffer.from([0x20, 64]),
    made('signature', 64),
  ]).toString('base64')
}

/** HDR (RFC 3830 6.1): one crypto session, mapped to an SRTP stream of policy 0. */
const header = (bundle: Buffer): Buffer =>
  Buffer.concat([Buffer.from([1, sakkeMessage, next.timestamp, 0]), bundle, Buffer.from([1, 0]), Buffer.alloc(9)])

/** T (RFC 3830 6.6): NTP, coordinated universal time; none is told. */
const timestamp = Buffer.from([next.random, 0, 0, 0, 0, 0, 0, 0, 0, 0])

/** IDR (RFC 6043 6.6): the role, a URI and its length. */
function identity(following: number, role: number, uri: string): Buffer {
  const octets = Buffer.from(uri.slice(0, 1024))
  const head = Buffer.from([following, role, 1, 0, 0])
  head.writeUInt16BE(octets.length, 3)
  return Buffer.concat([head, octets])
}

/** SAKKE (RFC 6509 4.2): parameter set 1, identifier scheme 1, the encapsulated data. */
function sakke(data: Buffer): Buffer {
  const head = Buffer.from([next.signature, 1, 1, 0, 0])
  head.writeUInt16BE(data.length, 3)
  return Buffer.concat([head, data])
}
