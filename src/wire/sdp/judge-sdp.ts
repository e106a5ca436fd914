import type { SdpDiagnostic, SdpLine } from './sdp.ts'

/** The order of lines (RFC 8866 5); `*` marks what may come more than once. */
const sessionOrder = 'v o s i u e* p* c b* t* r* z k a*'.split(' ')
const mediaOrder = 'm i c* b* k a*'.split(' ')

interface LineRule {
  readonly type: string
  readonly clause: string
  readonly form: RegExp
  readonly expected: string
}

const port = '(?:\\d{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])'

const lineRules: readonly LineRule[] = [
  { type: 'v', clause: 'RFC 8866 5.1', form: /^0$/, expected: '0' },
  {
    type: 'o',
    clause: 'RFC 8866 5.2',
    form: /^\S+ \d+ \d+ \S+ \S+ \S+$/,
    expected: 'user, two numbers, network, address type, address',
  },
  { type: 's', clause: 'RFC 8866 5.3', form: /^.+$/, expected: 'a name, - or a space' },
  { type: 'c', clause: 'RFC 8866 5.7', form: /^\S+ \S+ \S+$/, expected: 'network, address type, address' },
  { type: 'b', clause: 'RFC 8866 5.8', form: /^[\w-]+:\d+$/, expected: 'type:number' },
  { type: 't', clause: 'RFC 8866 5.9', form: /^\d+ \d+$/, expected: 'two numbers' },
  { type: 'a', clause: 'RFC 8866 5.13', form: /^[\w!#$%&'*+.^`{|}~-]+(?::[^]*)?$/, expected: 'name or name:value' },
  {
    type: 'm',
    clause: 'RFC 8866 5.14',
    form: new RegExp(`^\\S+ ${port}(?:/[1-9]\\d*)? \\S+(?: \\S+)+$`),
    expected: 'media, port, protocol and formats',
  },
]
const ruleOf = new Map(lineRules.map((rule) => [rule.type, rule]))

const mandatory: readonly (readonly [type: string, clause: string])[] = [
  ['v', 'RFC 8866 5.1'],
  ['o', 'RFC 8866 5.2'],
  ['s', 'RFC 8866 5.3'],
  ['t', 'RFC 8866 5.9'],
]

const quoted = (value: string): string => JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)

/** Every rule the lines break, by offset. */
export function judgeSdp(octets: Uint8Array, offset: number, lines: readonly SdpLine[]): readonly SdpDiagnostic[] {
  const diagnostics: SdpDiagnostic[] = []
  const report = (rule: string, clause: string, at: number, text: string): void => {
    if (diagnostics.length < 200) diagnostics.push({ rule, clause, offset: at, text })
  }
  for (const line of lines) {
    judgeForm(line, report)
    // "CRLF ... SHOULD be used" to end a record, a lone LF is to be accepted (RFC 8866 5): no rule broken, but other ends are.
    if (octets[line.span.end - offset - 1] !== 10)
      report('sdp-line-without-end', 'RFC 8866 5', line.span.end, 'expected CR LF')
  }
  judgeOrder(lines, report)
  const session = lines.filter(({ media }) => media === -1)
  for (const [type, clause] of mandatory) {
    if (!session.some((line) => line.type === type))
      report('sdp-line-missing', clause, offset, `expected a ${type}= line in the session part`)
  }
  judgeConnections(lines, report)
  return diagnostics.sort((one, other) => one.offset - other.offset)
}

type Report = (rule: string, clause: string, at: number, text: string) => void

function judgeForm({ type, value, span, valueSpan }: SdpLine, report: Report): void {
  if (type === '')
    report('sdp-line-malformed', 'RFC 8866 5', span.start, `expected a letter and =, came ${quoted(value)}`)
  const rule = ruleOf.get(type)
  if (rule !== undefined && !rule.form.test(value))
    report(`sdp-${type}-malformed`, rule.clause, valueSpan.start, `expected ${rule.expected}, came ${quoted(value)}`)
}

function judgeOrder(lines: readonly SdpLine[], report: Report): void {
  let media = -2
  let place = -1
  let previous = ''
  let seen = new Set<string>()
  for (const { type, span, media: own } of lines) {
    if (own !== media) {
      media = own
      place = -1
      previous = ''
      seen = new Set()
    }
    if (type === '') continue
    const order = media === -1 ? sessionOrder : mediaOrder
    const clause = media === -1 ? 'RFC 8866 5' : 'RFC 8866 5.14'
    const at = order.findIndex((entry) => entry.startsWith(type))
    // Times may repeat with their r= lines in between (RFC 8866 5.9).
    const timesAgain = type === 't' && previous === 'r'
    if (at === -1) {
      report('sdp-line-unknown', clause, span.start, `expected no ${type}= line here`)
      continue
    }
    if (seen.has(type) && order[at]?.endsWith('*') !== true)
      report('sdp-line-twice', clause, span.start, `expected ${type}= once`)
    else if (at < place && !timesAgain)
      report('sdp-line-out-of-order', clause, span.start, `expected ${type}= before ${previous}=`)
    else {
      place = at
      previous = type
    }
    seen.add(type)
  }
}

// "A session description MUST contain either at least one "c=" line in each media description or a single one at the session level."
function judgeConnections(lines: readonly SdpLine[], report: Report): void {
  if (lines.some(({ type, media }) => type === 'c' && media === -1)) return
  const media = lines.filter(({ type }) => type === 'm')
  for (const line of media) {
    if (lines.some((other) => other.type === 'c' && other.media === line.media)) continue
    report('sdp-connection-missing', 'RFC 8866 5.7', line.span.start, 'expected a c= line here or in the session part')
  }
}
