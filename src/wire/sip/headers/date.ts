import { one, refused } from '../header-family.ts'
import { lately } from '../lately.ts'
import { error } from '../rule.ts'

const malformed = error('date-malformed', 'RFC 3261 20.17')

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
// rfc1123-date, fixed in every place: "Sat, 13 Nov 2010 23:29:00 GMT".
const rfc1123 = new RegExp(
  `^(?:${days.join('|')}), (\\d\\d) (${months.join('|')}) (\\d{4}) (\\d\\d):(\\d\\d):(\\d\\d) GMT$`,
)

const millisecondsOf = lately((text) => {
  const [, day, month = '', year, hour, minute, second] = rfc1123.exec(text) ?? []
  if (day === undefined) return undefined
  return Date.UTC(Number(year), months.indexOf(month), Number(day), Number(hour), Number(minute), Number(second))
})

const two = (value: number): string => String(value).padStart(2, '0')

/** Date (RFC 3261 20.17) in milliseconds since 1970: "SIP restricts the time zone in SIP-date to GMT". */
export const date = one<number>('RFC 3261 20.17', {
  value(source, start, end) {
    const read = millisecondsOf(source.cut(start, end))
    source.at = end
    if (read === undefined) return refused(source, malformed, start, end, 'a date like "Sat, 13 Nov 2010 23:29:00 GMT"')
    return read
  },
  malformed,
  write(milliseconds) {
    const at = new Date(milliseconds)
    const day = `${two(at.getUTCDate())} ${months[at.getUTCMonth()]} ${String(at.getUTCFullYear()).padStart(4, '0')}`
    const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':')
    return `${days[at.getUTCDay()]}, ${day} ${time} GMT`
  },
})
