import { header, headerField, readMediaType, readMessage, rewriteMessage } from '#wire/sip'
import type { SipMessage } from '#wire/sip'

const infoType = /^content-type\s*:\s*application\/vnd\.3gpp\.\w+-info\+xml/im

/**
 * The message with one of its two documents with MC information and without the other (only ever by a defect);
 * `undefined` when there are not two.
 */
export function withOneInformation(message: SipMessage, kept: 0 | 1): SipMessage | undefined {
  const type = readMediaType(header(message, 'Content-Type') ?? '')
  const boundary = type?.parameters.find(({ name }) => name.toLowerCase() === 'boundary')?.value
  const length = headerField(message, 'Content-Length')
  if (boundary === undefined || length === undefined) return undefined
  const pieces = Buffer.from(message.body).toString('latin1').split(`--${boundary}`)
  const documents = pieces.filter((piece) => infoType.test(piece))
  if (documents.length !== 2) return undefined
  const other = pieces.indexOf(documents[1 - kept] ?? '')
  const body = Buffer.from(pieces.toSpliced(other, 1).join(`--${boundary}`), 'latin1')
  return readMessage(
    rewriteMessage(message, [
      { span: length.valueSpan, text: String(body.length) },
      { span: message.bodySpan, text: body },
    ]),
  )
}
