import type { PlannedCase } from '#harness'
import { disclosures } from '#play'
import type { Finding } from '#verdict'
import { header, readMessage, readNameAddress, readUri, type SipMessage } from '#wire/sip'
import { complaint, isInside, type Complaint } from '../oracle.ts'
import { readings } from '../oracles/other-legs.ts'
import { asideKey, type Passage, type Playing } from './disturbance.ts'

/** A message in the place of one of the flow. */
interface Edited {
  readonly octets?: Uint8Array
  readonly original?: Uint8Array
}

/** What an edit has said itself is told to nobody who did not know it; the flow knows of the message alone that it meant to send. */
export function saidByEdit({ field, actual }: Finding, { octets, original }: Edited): boolean {
  if (octets === undefined || !disclosures.some(({ key }) => key === field)) return false
  const told = actual.replace(/^sips?:/, '')
  const says = (some: Uint8Array): boolean => readings(some).some((text) => text.includes(told))
  return says(octets) && !says(original ?? octets)
}

/** Who stands behind a gateway server, and the other side of it. */
const behind: Readonly<Record<string, { readonly inside: string; readonly outside: readonly string[] }>> = {
  primaryGateway: { inside: 'primaryServer', outside: ['partnerGateway', 'partnerServer'] },
  partnerGateway: { inside: 'partnerServer', outside: ['primaryGateway', 'primaryServer'] },
}

/** TS 24.379 6.8.2: nothing that came from the inside of an MC system, requests and answers alike, is seen outside of it. What an edit makes of an address is none of the inside. */
export function disclosed({ log, asides }: Playing, { derived }: PlannedCase, edited: Edited): readonly Complaint[] {
  const asWritten = ({ octets }: Passage): Uint8Array =>
    octets === edited.octets ? (edited.original ?? octets) : octets
  return derived.sut.flatMap((role) => {
    const sides = behind[role]
    if (sides === undefined) return []
    const marks = new Set(
      log
        .filter(
          (one) =>
            one.direction === 'sent' &&
            one.role === sides.inside &&
            isOutside(one) &&
            !asides.has(asideKey(one.message)),
        )
        .flatMap((one) => marksIn(Buffer.from(asWritten(one)).toString('latin1')))
        .concat(
          log
            .filter((one) => one.direction === 'sent' && one.role === sides.inside)
            .flatMap((one) => markOfAnswer(asWritten(one))),
        ),
    )
    const seen = log
      .filter((one) => one.direction === 'received' && sides.outside.includes(one.role))
      .flatMap(({ message }) => placesOf(message, marks).map((place) => `${place} of a ${message.startLine.kind}`))
    return [...new Set(seen)].map((place) =>
      complaint(
        'leaks',
        'TS 24.379 6.8.2',
        'security',
        `an address of the inside is seen outside in ${place}`,
        'nothing',
        [...marks].join(', '),
      ),
    )
  })
}

/** Where one of them stands in it: each place may have a cause of its own. */
function placesOf(message: SipMessage, marks: ReadonlySet<string>): readonly string[] {
  const { octets, headers, body } = message
  const shows = (some: Uint8Array): boolean =>
    readings(some).some((text) => [...marks].some((mark) => text.includes(mark)))
  if (!shows(octets)) return []
  const fields = headers.filter(({ value }) => shows(Buffer.from(value, 'latin1'))).map(({ name }) => name)
  const places = [...new Set(fields), ...(shows(body) ? ['the body'] : [])]
  return places.length > 0 ? places : ['the start line']
}

/** Inside a dialog the Call-ID may be that of the gateway server itself. */
const isOutside = ({ message }: Passage): boolean => message.startLine.kind === 'request' && !isInside(message)

/** Where who answers says it is reached: in its Contact, as Via and Call-ID are of who asks. */
function markOfAnswer(octets: Uint8Array): readonly string[] {
  const message = readMessage(octets)
  const { host, port } = readUri(readNameAddress(header(message, 'Contact') ?? '')?.uri ?? '') ?? {}
  return message.startLine.kind !== 'response' || port === undefined ? [] : [`${host}:${port}`.toLowerCase()]
}

/** Where the sender says it is reached: its sent-by, and the host of its Call-ID. */
const marksIn = (text: string): readonly string[] =>
  [/^Via: *SIP\/2\.0\/\w+ +([^;\s]+)/im, /^Call-ID: *[^@\r]*@([^\s]+)/im].flatMap(
    (pattern) => pattern.exec(text)?.[1]?.toLowerCase() ?? [],
  )
