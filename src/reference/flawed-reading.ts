import type { Clock, Middlebox } from '#stack/sip'
import { header, headers, readCSeq, readMediaType, readMessage, rewriteMessage, headerField } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import type { DefectName } from './defects.ts'
import { stall } from './stall.ts'

type Defective = (name: DefectName) => boolean

const inReading = [
  ...(['quoted-string-without-end', 'boundary-taken-for-granted', 'display-name-backtracking'] as const),
  ...(['late-provisional-reopens', 'boundary-amid-line', 'entities-expanded', 'compact-beside-folded'] as const),
  ...(['parameter-name-with-case', 'second-message-of-segment-lost', 'parameters-in-square'] as const),
]

/** How the messages of a functional entity are read where a defect is in the reading. `onProvisional` gets provisional responses to INVITE. */
export function flawedReading(
  defective: Defective,
  clock: Clock,
  onProvisional: (message: SipMessage) => void,
): Required<Pick<Middlebox, 'incoming'>> {
  /** Streams of which something has been read in this turn. */
  const read = new Set<string>()
  return {
    incoming(octets, { transport, remote }, pass) {
      if (!inReading.some(defective)) return pass(octets)
      const stream = `${remote.address} ${remote.port}`
      if (transport !== 'udp' && defective('second-message-of-segment-lost')) {
        if (read.has(stream)) return
        read.add(stream)
        setImmediate(() => read.delete(stream))
      }
      const message = readMessage(octets)
      if (defective('quoted-string-without-end') && runsPastEnd(message)) stall(clock)
      if (defective('boundary-taken-for-granted') && multipartType(message)?.boundary === '') stall(clock)
      if (defective('display-name-backtracking'))
        for (const name of ['From', 'To']) stall(clock, squareOfSpaces(header(message, name)))
      if (defective('parameters-in-square'))
        for (const name of ['From', 'To', 'Contact']) stall(clock, squareOfSemicolons(header(message, name)))
      if (defective('late-provisional-reopens') && isProvisional(message)) onProvisional(message)
      const body = latin1(message.body)
      if (defective('compact-beside-folded') && isCompactAndFolded(message)) return pass(withBody(message, body, ''))
      if (defective('parameter-name-with-case') && isBoundaryMissed(message)) return pass(withBody(message, body, ''))
      const cut = defective('boundary-amid-line') ? cutAmidLine(message, body) : body
      pass(withBody(message, body, defective('entities-expanded') ? expanded(cut) : cut))
    },
  }
}

const isProvisional = (message: SipMessage): boolean =>
  message.startLine.kind === 'response' &&
  message.startLine.status > 100 &&
  message.startLine.status < 200 &&
  readCSeq(header(message, 'CSeq') ?? '')?.method === 'INVITE'

/** Whether a message may go on though it breaks rules: those that a defect does not know. */
export function isUnnoticed(message: SipMessage, defective: Defective): boolean {
  const unnoticed = new Set<string>()
  const length = Number(header(message, 'Content-Length') ?? 0)
  if (defective('content-length-of-32-bits') && (length | 0) < 0) unnoticed.add('content-length-beyond-message')
  if (defective('cseq-of-32-bits-signed')) unnoticed.add('cseq-out-of-range')
  return message.diagnostics.every(({ rule, severity }) => severity !== 'error' || unnoticed.has(rule))
}

/** CSeq as a defect reads it. */
export const sequenceOf = (message: SipMessage, defective: Defective): number => {
  const sequence =
    readCSeq(header(message, 'CSeq') ?? '')?.sequence ?? Number(/\d+/.exec(header(message, 'CSeq') ?? '')?.[0] ?? 0)
  return defective('cseq-of-32-bits-signed') ? sequence | 0 : sequence
}

/** A quoted string that has no end but for the header fields behind it. */
const runsPastEnd = (message: SipMessage): boolean =>
  ['From', 'To', 'Contact'].some((name) =>
    headers(message, name).some((value) => /^(?:[^"\\]|"(?:[^"\\]|\\.)*")*"(?:[^"\\]|\\.)*\\?$/s.test(value)),
  )

function isCompactAndFolded({ octets, bodySpan }: SipMessage): boolean {
  const head = latin1(octets.subarray(0, bodySpan.start))
  return /\r\n[ \t]+\S/.test(head) && /\r\n[a-z][ \t]*:/i.test(head)
}

/** Whether there is a boundary for those alone who compare names of parameters without letter case. */
const isBoundaryMissed = (message: SipMessage): boolean =>
  !/;\s*boundary\s*=/.test(header(message, 'Content-Type') ?? '') && (multipartType(message)?.boundary ?? '') !== ''

const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1')

function multipartType(message: SipMessage): { readonly boundary: string } | undefined {
  const type = readMediaType(header(message, 'Content-Type') ?? '')
  if (type?.type !== 'multipart') return undefined
  return { boundary: type.parameters.find(({ name }) => name.toLowerCase() === 'boundary')?.value ?? '' }
}

/** Every boundary delimits, as if it stood on a line of its own. */
function cutAmidLine(message: SipMessage, body: string): string {
  const { boundary = '' } = multipartType(message) ?? {}
  if (boundary === '') return body
  const isAmid = (at: number): boolean => at !== 0 && body[at - 1] !== '\n'
  return body.replaceAll(`--${boundary}`, (found, at: number) => (isAmid(at) ? `\r\n${found}\r\n` : found))
}

/** Milliseconds that one takes who copies what is left of a header field at each of its semicolons, on whatever machine. */
const squareOfSemicolons = (value = ''): number => ((value.split(';').length - 1) / 300) ** 2

/** The same of one who looks, from each of the spaces before something else, whether only spaces follow. */
const squareOfSpaces = (value = ''): number =>
  (Math.max(0, ...(value.trimEnd().match(/\s+/g) ?? []).map(({ length }) => length)) / 1200) ** 2

const declaration = /<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g

/** XML as it is once the entities that it declares itself stand for what they say. */
function expanded(body: string): string {
  const [documentType = ''] = /<!DOCTYPE[^[>]*\[[^\]]*\]\s*>/.exec(body) ?? []
  if (documentType === '') return body
  let text = body.replace(documentType, '')
  for (const [, name = '', quoted, apostrophed] of [...documentType.matchAll(declaration)].toReversed())
    text = text.replaceAll(`&${name};`, () => quoted ?? apostrophed ?? '')
  return text
}

/** The message with another body, and the length of that. */
function withBody(message: SipMessage, before: string, after: string): Uint8Array {
  if (before === after) return message.octets
  const octets = Buffer.from(after, 'latin1')
  const length = headerField(message, 'Content-Length')
  return rewriteMessage(message, [
    ...(length === undefined ? [] : [{ span: length.valueSpan, text: String(octets.length) }]),
    { span: message.bodySpan, text: octets },
  ])
}
