import { table, type Kind, type Rows } from '../kind.ts'

const boundaries: Rows = {
  empty: '',
  'quoted, empty': '""',
  quoted: (text) => `"${text}"`,
  'of 70': 'b'.repeat(70),
  'of 71': 'b'.repeat(71),
  'of 256': 'b'.repeat(256),
  'prefix of the true one': (text) => text.slice(0, -1),
  'longer than the true one': (text) => `${text}x`,
  'space inside': '"a b"',
  another: 'another-boundary',
}

/** A part with what stands before it, and the delimiter behind. */
const parts: Rows = {
  'without header': (text) => text.replace(/\r\nContent-Type:[^\r]*/, ''),
  'without empty line': (text) => text.replace('\r\n\r\n', '\r\n'),
  'without body': (text) => `${text.slice(0, text.indexOf('\r\n\r\n') + 4)}\r\n`,
  'text/plain in front': (text) => `${delimiterOf(text)}\r\nContent-Type: text/plain\r\n\r\nhello\r\n${text}`,
  'unknown part behind': (text) => `${text}${delimiterOf(text)}\r\nContent-Type: application/unknown\r\n\r\nx\r\n`,
  'required unknown part behind': (text) =>
    `${text}${delimiterOf(text)}\r\nContent-Type: application/unknown\r\nContent-Disposition: x;handling=required\r\n\r\nx\r\n`,
  'duplicate of another user behind': (text, { user, other }) =>
    text +
    text
      .replaceAll(user.mcServiceId, other.mcServiceId)
      .replaceAll(user.temporaryId, other.temporaryId)
      .replaceAll(user.token, other.token),
  'duplicate of another user in front': (text, { user, other }) =>
    text
      .replaceAll(user.mcServiceId, other.mcServiceId)
      .replaceAll(user.temporaryId, other.temporaryId)
      .replaceAll(user.token, other.token) + text,
  'duplicate with another identity alone behind': (text, { user, other }) =>
    text + text.replaceAll(user.mcServiceId, other.mcServiceId).replaceAll(user.temporaryId, other.temporaryId),
  'base64 that it is not': (text) => text.replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: base64\r\n\r\n'),
  'quoted-printable': (text) => text.replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'),
  'Content-ID': (text) => text.replace('\r\n\r\n', '\r\nContent-ID: <1@x>\r\n\r\n'),
  'Content-ID of the sender': (text, { sender: { host } }) =>
    text.replace('\r\n\r\n', `\r\nContent-ID: <1@${host}>\r\n\r\n`),
  'Content-Description of the sender': (text, { sender: { sentBy } }) =>
    text.replace('\r\n\r\n', `\r\nContent-Description: ${sentBy}\r\n\r\n`),
  'unknown part of the sender behind': (text, { sender: { sentBy, host } }) =>
    `${text}${delimiterOf(text)}\r\nContent-Type: application/unknown\r\n\r\nfrom ${host} at ${sentBy}\r\n`,
  'fragment of a message of the sender behind': (text, { sender: { sentBy } }) =>
    `${text}${delimiterOf(text)}\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\nContact: <sip:somebody@${sentBy}>\r\n`,
  'LF alone': (text) => text.replaceAll('\r\n', '\n'),
  '65 parts': (text) => text.repeat(65),
  'within a multipart': (text) => within(text, 1),
  'within multiparts, 8': (text) => within(text, 8),
  'within multiparts, 400': (text) => within(text, 400),
}

/** A part that is the only one of a multipart body, which is the only part of another, so many times (RFC 2046 5.1). */
function within(text: string, times: number): string {
  const outer = delimiterOf(text)
  const open = (level: number): string => `\r\nContent-Type: multipart/mixed;boundary=w${level}\r\n\r\n--w${level}`
  const levels = Array.from({ length: times }, (_, index) => index)
  const closed = levels.map((level) => `--w${times - 1 - level}--\r\n`).join('')
  return `${outer}${levels.map(open).join('')}${text.slice(outer.length)}${closed}`
}

const delimiterOf = (text: string): string => /^--[^\r\n]*/.exec(text)?.[0] ?? '--x'

const delimiters: Rows = {
  closed: (text) => text.replace(/\r\n$/, '--\r\n'),
  'with text behind': (text) => text.replace(/\r\n$/, 'more\r\n'),
  'with spaces behind': (text) => text.replace(/\r\n$/, '  \r\n'),
  'one hyphen': (text) => text.slice(1),
  'another boundary': (text) => text.replace(/^--[^\r\n]*/, '--another'),
  'preamble in front': (text) => `preamble\r\n${text}`,
  'large preamble in front': (text) => `${'preamble\r\n'.repeat(1000)}${text}`,
}

/** MIME multipart (5.10). */
export const multipartKinds: readonly Kind[] = [
  table('boundary', ['boundary'], boundaries),
  table('part', ['part'], parts, { of: 'whole' }),
  table('delimiter', ['delimiter'], delimiters),
]
