import { one, refused } from '../header-family.ts'
import { error } from '../rule.ts'

const malformed = error('timestamp-malformed', 'RFC 3261 20.38')
const badVersion = error('mime-version-malformed', 'RFC 3261 20.24')

/** Timestamp (RFC 3261 20.38) in seconds: when the request was sent, and how long its answer waited. */
export interface Timestamp {
  readonly sent: number
  readonly delay: number | undefined
}

export const timestamp = one<Timestamp>('RFC 3261 20.38', {
  value(source, start, end) {
    const [, sent, delay] = /^(\d+(?:\.\d*)?)(?:[ \t\r\n]+(\d*(?:\.\d*)?))?$/.exec(source.cut(start, end)) ?? []
    source.at = end
    source.passed = true
    return sent === undefined
      ? refused(source, malformed, start, end, 'seconds, perhaps with a delay')
      : { sent: Number(sent), delay: delay === undefined ? undefined : Number(delay) }
  },
  malformed,
  write: ({ sent, delay }) => (delay === undefined ? String(sent) : `${sent} ${delay}`),
})

/** MIME-Version (RFC 3261 20.24): `1.0`. */
export const mimeVersion = one<string>('RFC 3261 20.24', {
  value(source, start, end) {
    source.at = end
    const version = source.cut(start, end)
    return /^\d+\.\d+$/.test(version) ? version : refused(source, badVersion, start, end, '1.0')
  },
  malformed: badVersion,
  write: (version) => version,
})
