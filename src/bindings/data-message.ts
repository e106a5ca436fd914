import { createHash } from 'node:crypto'
import { contentTypes, readDataMessage, writeDataPayload, writeSdsSignalling } from '#wire/mcdata'
import type { DataMessage } from '#wire/mcdata'
import type { PartDraft } from '#wire/multipart'
import type { SipMessage } from '#wire/sip'
import type { IeValues, Parties, Problem, WireRule } from './binding.ts'
import { bodyPieces } from './body-pieces.ts'
import { defaultBinding, sources } from './sources.ts'
import { problem } from './wire-rule.ts'

// The two binary parts of a short data message (TS 24.282 15.1).

export const signallingType = 'application/vnd.3gpp.mcdata-signalling'
export const payloadType = 'application/vnd.3gpp.mcdata-payload'

const kinds = {
  'sds-signalling': { type: signallingType, field: 'mcdata-signalling', title: 'SDS SIGNALLING PAYLOAD' },
  'data-payload': { type: payloadType, field: 'mcdata-payload', title: 'DATA PAYLOAD' },
} as const satisfies Record<DataMessage['kind'], unknown>

const text = 'Private communication'

/** The same parties, the same identifier, on every leg (RFC 9562 5.4: version 4). */
function identifierOf(purpose: string, ies: IeValues): string {
  const octets = createHash('sha256')
    .update([purpose, ies.callingParty ?? '', ies.calledParty ?? ''].join('\n'))
    .digest()
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x40
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80
  const hex = octets.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

/** Any octet may come (RFC 2045 6.2). */
const binary = ['Content-Transfer-Encoding', 'binary'] as const

/** The parts of a message that holds a short text and asks for no notification. */
export function dataParts(ies: IeValues, { sentAt = 0 }: Parties): readonly PartDraft[] {
  const signalling = writeSdsSignalling({
    kind: 'sds-signalling',
    dateTime: Math.max(0, Math.trunc(sentAt)),
    conversationId: identifierOf('conversation', ies),
    messageId: identifierOf('message', ies),
    others: [],
  })
  const data = new TextEncoder().encode(text)
  const payload = writeDataPayload({ kind: 'data-payload', payloads: [{ contentType: contentTypes.text, data }] })
  return [
    { headers: [['Content-Type', signallingType], binary], body: signalling },
    { headers: [['Content-Type', payloadType], binary], body: payload },
  ]
}

const rulesOf = (kind: DataMessage['kind']) => {
  const { type, field, title } = kinds[kind]
  return {
    present: {
      field: 'body',
      requirement: `A short data message has a part ${type}`,
      source: sources.dataMessage,
      expected: [type],
    },
    form: {
      field,
      requirement: `${title} keeps its format`,
      source: sources.dataMessage,
      expected: [`octets as TS 24.282 15.1 has ${title}`],
    },
    once: {
      field: 'body',
      requirement: `There is no more than one part ${type}`,
      source: defaultBinding('single-values'),
      expected: ['one part'],
    },
  } satisfies Record<string, WireRule>
}

export const dataRules: readonly WireRule[] = (['sds-signalling', 'data-payload'] as const).flatMap((kind) =>
  Object.values(rulesOf(kind)),
)

/** What is wrong with the two parts. Never throws. */
export function judgeData(message: SipMessage): readonly Problem[] {
  const { pieces } = bodyPieces(message)
  return (['sds-signalling', 'data-payload'] as const).flatMap((kind) => {
    const rules = rulesOf(kind)
    const [piece, second] = pieces.filter(({ essence }) => essence === kinds[kind].type)
    if (piece === undefined) {
      const types = pieces.map(({ essence }) => essence).join(', ')
      return [problem(rules.present, types || 'no part', message.bodySpan)]
    }
    const { diagnostics } = readDataMessage(piece.octets, kind, piece.span.start)
    return [
      ...diagnostics.slice(0, 10).map(({ clause, text: actual, offset }) => {
        const start = Math.min(offset, message.octets.length)
        const span = { start, end: Math.min(start + 1, message.octets.length) }
        return problem({ ...rules.form, source: { ...rules.form.source, clause } }, actual, span)
      }),
      ...(second === undefined ? [] : [problem(rules.once, 'several parts', second.span)]),
    ]
  })
}
