import {
  header,
  headers,
  judgeMessage,
  mostDiagnostics,
  parameter,
  readNameAddress,
  sameUri,
  splitList,
  type SipMessage,
  statusOf,
} from '#wire/sip'
import { asksForDialog } from '../inside.ts'
import type { Legality, Violation } from '../legality.ts'
import { complaint, isInside, shown, tagOf, type Complaint, type Oracle } from '../oracle.ts'

/** 8.2.6.2: what a response takes over from its request. */
const echoed = ['Call-ID', 'CSeq', 'From'] as const

/** Those that may come back octet by octet, To where it has a tag already. */
const copied = [...echoed, 'Via', 'To'] as const

/** A response is a message like any other, and says whose it is. */
export const answerLegality: Oracle = ({ read, expectation, observation: { provisionals, finals } }) =>
  (provisionals.length === 0 ? finals : [...provisionals, ...finals]).flatMap((answer) => [
    ...judgeSyntax(answer, read),
    ...(read.answerable ? judgeEcho(answer, read, expectation.violations) : []),
  ])

/** What came back broken as it was sent is the fault of who sent it; of a field that stands twice nobody says how it comes back. */
function judgeSyntax(answer: SipMessage, read: Legality): readonly Complaint[] {
  if (answer.startLine.kind === 'unreadable')
    return [
      complaint(
        'answer',
        'RFC 3261 7.2',
        'robustness',
        'the answer cannot be read',
        'a status line',
        shown(answer.startLine.text),
      ),
    ]
  const { rules } = judgeMessage(answer)
  if (rules.length === 0) return []
  const own = new Set(read.message.diagnostics.map(({ rule }) => rule))
  // What is wrong with a field says of which one it is.
  const isEcho = (text: string): boolean =>
    copied.some(
      (name) =>
        text.startsWith(`${name}: `) &&
        ((name !== 'Via' && headers(read.message, name).length > 1) ||
          // Of a message with so many breaches not each is known.
          read.message.diagnostics.length >= mostDiagnostics ||
          // What was broken comes back broken in whatever way it could be read.
          read.message.diagnostics.some((each) => each.text.startsWith(`${name}: `)) ||
          header(answer, name) === header(read.message, name)),
    )
  return rules
    .filter(({ rule, text }) => !own.has(rule) && !isEcho(text) && (read.answerable || !rule.endsWith('-missing')))
    .slice(0, 1)
    .map(({ rule, clause, text }) =>
      complaint('answer', clause, 'legality', `the answer breaks ${rule}`, `a response that keeps ${rule}`, text),
    )
}

function judgeEcho(answer: SipMessage, { message }: Legality, violations: readonly Violation[]): readonly Complaint[] {
  if (violations.some(spoilsEcho)) return []
  const found: Complaint[] = []
  for (const name of echoed) {
    const [sent, came] = [header(message, name), header(answer, name)]
    if (same(name, sent, came)) continue
    found.push(
      complaint(
        'answer',
        'RFC 3261 8.2.6.2',
        'legality',
        `${name} of the answer is not that of the request`,
        shown(sent),
        shown(came),
      ),
    )
  }
  const [sentVias, cameVias] = [headers(message, 'Via').join(','), headers(answer, 'Via').join(',')]
  if (sentVias !== cameVias && viaText(sentVias) !== viaText(cameVias))
    found.push(
      complaint(
        'answer',
        'RFC 3261 8.2.6.2',
        'legality',
        'Via of the answer is not that of the request',
        shown(sentVias),
        shown(cameVias),
      ),
    )
  const [to, answered] = [header(message, 'To') ?? '', header(answer, 'To') ?? '']
  if (!answered.startsWith(to) && !isSameAddress(to, answered))
    found.push(
      complaint(
        'answer',
        'RFC 3261 8.2.6.2',
        'legality',
        'To of the answer is not that of the request',
        shown(to),
        shown(answered),
      ),
    )
  else if (statusOf(answer) > 100 && !isInside(answer))
    found.push(
      complaint('answer', 'RFC 3261 8.2.6.2', 'legality', 'To of the answer has no tag', 'a tag', shown(answered)),
    )
  return [...found, ...judgeRoutes(answer, message)]
}

/** RFC 3261 12.1.1, RFC 6665 4.2.1: whoever makes a dialog of a request says in the answer by whom that came, all of them and in their order. */
function judgeRoutes(answer: SipMessage, request: SipMessage): readonly Complaint[] {
  const status = statusOf(answer)
  const isMaking = asksForDialog(request) && !isInside(request)
  if (!isMaking || status < 200 || status > 299) return []
  const [sent, came] = [routesIn(request), routesIn(answer)]
  if (sent.join() === came.join() || sent.includes('')) return []
  const what = 'Record-Route of the answer is not that of the request'
  return [complaint('answer', 'RFC 3261 12.1.1', 'legality', what, shown(sent.join()), shown(came.join()))]
}

/** The URIs by which it was recorded; nothing for what is none. */
const routesIn = (message: SipMessage): readonly string[] =>
  headers(message, 'Record-Route')
    .flatMap(splitList)
    .map((value) => readNameAddress(value)?.uri ?? '')

/** Rules whose breach leaves those fields alone; where another is broken, nobody can say how they have to come back. */
const harmless =
  /^(?:content-|max-forwards-|date-|event-|accept|request-uri-|cseq-method|contact-|service-identifier|session-|min-se|subscription)/

const spoilsEcho = ({ level, rule }: Violation): boolean =>
  level === 'execution' || (level === 'sip' && !harmless.test(rule))

/** White space, what 18.2.1 and RFC 3581 let the receiver put in, and zeros in front of a port do not count. */
const viaText = (text: string): string =>
  text
    .toLowerCase()
    .replace(/;\s*(?:received=[^;,]*|rport(?:=\d*)?)|\s+/g, '')
    .replace(/:0+(?=\d)/g, ':')

function same(name: string, sent: string | undefined, came: string | undefined): boolean {
  if (sent === came) return true
  const plain = (text = ''): string =>
    text
      .replace(/\s+/g, ' ')
      .replace(/ ?([<>;=,]) ?/g, '$1')
      .trim()
  if (name === 'CSeq') return plain(sent).replace(/^0+(?=\d)/, '') === plain(came).replace(/^0+(?=\d)/, '')
  return plain(sent) === plain(came) || (name === 'From' && isSameAddress(sent, came))
}

/** RFC 3261 20.20: neither display name nor angle brackets count, nor a parameter that only one has; the tag, which tells the dialog, does. */
function isSameAddress(sent = '', came = ''): boolean {
  const [one, other] = [readNameAddress(sent), readNameAddress(came)]
  if (one === undefined || other === undefined) return false
  return (
    sameUri(one.uri, other.uri) &&
    (tagOf(sent) === undefined || tagOf(sent) === tagOf(came)) &&
    one.parameters.every(({ name, value = '' }) => [undefined, value].includes(parameter(other.parameters, name)))
  )
}
