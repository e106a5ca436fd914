import { header, headerField, sameUri, type Via } from '#wire/sip'
import { addressOf, callIdOf, cseqOf, methodOf, statusOf, tagOf, tokensOf, viasOf } from './addressing.ts'
import type { Finding, SipEntry } from './conversation.ts'

// What no message alone can break: how requests, responses and forwarded messages go together.

type Say = (entry: SipEntry, rule: string, clause: string, field: string, text: string) => void

const say: Say = (entry, rule, clause, field, text) => {
  const offset = headerField(entry.message, field)?.span.start ?? 0
  const finding: Finding = { rule, clause, severity: 'error', offset, text }
  entry.findings.push(finding)
}

/** Judges each message against those before it, in the order of the capture. */
export function judgeExchange(entries: readonly SipEntry[]): void {
  const dialogs = new Map<string, number>()
  const reliable = new Map<string, Set<string>>()
  const invites = new Map<string, Set<string>>()
  for (const entry of entries) {
    if (entry.message.startLine.kind === 'unreadable' || entry.repeats !== undefined) continue
    if (entry.forwards !== undefined) judgeForwarded(entry, entry.forwards)
    if (entry.message.startLine.kind === 'response') judgeResponse(entry, reliable)
    else judgeRequest(entry, dialogs, reliable, invites)
  }
}

/** RFC 3261 8.2.6.2: what a response copies from its request. */
function judgeResponse(entry: SipEntry, reliable: Map<string, Set<string>>): void {
  const { message } = entry
  const request = entry.transaction?.request
  const status = statusOf(message) ?? 0
  if (request === undefined) return
  const clause = 'RFC 3261 8.2.6.2'
  for (const name of ['from', 'to'] as const) {
    const asked = addressOf(request.message, name)
    const answered = addressOf(message, name)
    if (asked === undefined || answered === undefined) continue
    if (!sameUri(asked.uri, answered.uri))
      say(
        entry,
        `response-${name}-differs`,
        clause,
        name,
        `expected ${asked.uri} as in the request, came ${answered.uri}`,
      )
    const tag = tagOf(request.message, name)
    if (tag !== '' && tag !== tagOf(message, name))
      say(entry, `response-${name}-tag-differs`, clause, name, `expected the tag ${tag}, came ${tagOf(message, name)}`)
  }
  if (status > 100 && tagOf(message, 'to') === '')
    say(entry, 'response-to-tag-missing', clause, 'to', 'expected a tag in To in every response but 100')
  const asked = viasOf(request.message)
  const answered = viasOf(message)
  if (asked.length !== answered.length)
    say(
      entry,
      'response-via-differs',
      clause,
      'via',
      `expected ${asked.length} Via values as in the request, came ${answered.length}`,
    )
  else if (asked.some((via, index) => !sameVia(via, answered[index])))
    say(entry, 'response-via-differs', clause, 'via', 'expected the Via values of the request, in their order')
  if (status > 100 && status < 200 && tokensOf(message, 'require').includes('100rel')) {
    const known = [...tokensOf(request.message, 'supported'), ...tokensOf(request.message, 'require')]
    if (!known.includes('100rel'))
      say(entry, 'reliable-response-unasked', 'RFC 3262 3', 'require', 'the request does not support 100rel')
    const rseq = header(message, 'rseq')
    if (rseq !== undefined) remember(reliable, callIdOf(message), `${rseq} ${cseqText(entry)}`)
  }
}

/** `received` and `rport` are filled in by the receiver (RFC 3261 18.2.1, RFC 3581 4). */
const sameVia = (asked: Via, answered: Via | undefined): boolean =>
  answered !== undefined &&
  asked.host.toLowerCase() === answered.host.toLowerCase() &&
  asked.port === answered.port &&
  asked.branch === answered.branch

function judgeRequest(
  entry: SipEntry,
  dialogs: Map<string, number>,
  reliable: ReadonlyMap<string, Set<string>>,
  invites: Map<string, Set<string>>,
): void {
  const { message } = entry
  const cseq = cseqOf(message)
  const method = methodOf(message)
  // On later hops the same request is seen again.
  if (cseq === undefined || entry.forwards !== undefined) return
  const call = `${callIdOf(message)} ${tagOf(message, 'from')}`
  if (method === 'INVITE') remember(invites, call, String(cseq.sequence))
  if (method === 'ACK' || method === 'CANCEL') {
    const known = invites.get(call)
    if (known !== undefined && !known.has(String(cseq.sequence))) {
      const clause = method === 'ACK' ? 'RFC 3261 13.2.2.4' : 'RFC 3261 9.1'
      say(entry, 'cseq-differs', clause, 'cseq', `expected the number of the INVITE, came ${cseq.sequence}`)
    }
    return
  }
  const last = dialogs.get(call)
  if (last !== undefined && cseq.sequence <= last && tagOf(message, 'to') !== '')
    say(
      entry,
      'cseq-not-increased',
      'RFC 3261 12.2.1.1',
      'cseq',
      `expected a number above ${last}, came ${cseq.sequence}`,
    )
  dialogs.set(call, Math.max(last ?? 0, cseq.sequence))
  if (method !== 'PRACK') return
  const acknowledged = (header(message, 'rack') ?? '').replaceAll(/\s+/g, ' ')
  const sent = reliable.get(callIdOf(message))
  if (sent !== undefined && !sent.has(acknowledged))
    say(entry, 'rack-matches-nothing', 'RFC 3262 7.2', 'rack', `no reliable response was ${acknowledged}`)
}

/** RFC 3261 16.6: what a proxy must do to what it sends on. */
function judgeForwarded(entry: SipEntry, before: SipEntry): void {
  if (entry.message.startLine.kind !== 'request') return
  const came = Number(header(before.message, 'max-forwards'))
  const left = Number(header(entry.message, 'max-forwards'))
  if (Number.isInteger(came) && Number.isInteger(left) && left !== came - 1)
    say(entry, 'max-forwards-not-decremented', 'RFC 3261 16.6', 'max-forwards', `expected ${came - 1}, came ${left}`)
}

const cseqText = ({ message }: SipEntry): string => {
  const cseq = cseqOf(message)
  return cseq === undefined ? '' : `${cseq.sequence} ${cseq.method}`
}

function remember(table: Map<string, Set<string>>, key: string, value: string): void {
  const values = table.get(key) ?? new Set()
  if (values.size < 256) values.add(value)
  table.set(key, values)
}

/** Marks what a forwarded message only passes on: the finding belongs to where it began. */
export function inheritFindings(entries: readonly SipEntry[]): void {
  for (const { findings, forwards } of entries) {
    if (forwards === undefined) continue
    const before = forwards.findings
    findings.forEach((finding, index) => {
      const same = before.find(
        (one) => one.rule === finding.rule && one.clause === finding.clause && one.text === finding.text,
      )
      if (same !== undefined) findings[index] = { ...finding, inherited: same.inherited ?? forwards.packet }
    })
  }
}
