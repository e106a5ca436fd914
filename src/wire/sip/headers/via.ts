import { characters, firstOutside, indexOutside, isToken } from '../grammar.ts'
import { headerField } from '../header-field.ts'
import { readHost } from '../host.ts'
import { splitList } from '../list.ts'
import type { SipMessage, Via } from '../message.ts'
import { judgeParameters, parameter, readParameters } from '../parameters.ts'
import { error, type JudgeField, quoted, warning } from '../rule.ts'

/** What the branch of an RFC 3261 transaction begins with (RFC 3261 8.1.1.7). */
export const magicCookie = 'z9hG4bK'

/** Reads one value of Via (RFC 3261 20.42): split a list first. `undefined` when it breaks the grammar. */
export function readVia(value: string): Via | undefined {
  const firstSlash = value.indexOf('/')
  const secondSlash = value.indexOf('/', firstSlash + 1)
  if (firstSlash === -1 || secondSlash === -1) return undefined
  const protocol = value.slice(0, firstSlash).trim()
  const version = value.slice(firstSlash + 1, secondSlash).trim()
  const rest = value.slice(secondSlash + 1).trimStart()
  let end = 0
  while (end < rest.length && rest[end] !== ' ' && rest[end] !== '\t') end += 1
  const transport = rest.slice(0, end)
  const semicolon = indexOutside(rest, ';', end)
  const hostPort = readHost(rest.slice(end, semicolon === -1 ? undefined : semicolon).trim())
  if (!isToken(protocol) || !isToken(version) || !isToken(transport) || hostPort === undefined) return undefined
  const parameters = semicolon === -1 ? [] : readParameters(rest.slice(semicolon))
  if (parameters.some((one) => firstOutside(one.name, characters.token) !== -1)) return undefined
  return {
    protocol,
    version,
    transport,
    host: hostPort.host,
    port: hostPort.port,
    parameters,
    branch: parameter(parameters, 'branch'),
    received: parameter(parameters, 'received'),
    rport: parameter(parameters, 'rport'),
  }
}

const malformed = error('via-malformed', 'RFC 3261 20.42')
const foreignProtocol = error('via-protocol-not-sip-2.0', 'RFC 3261 8.1.1.7')
const noBranch = warning('via-without-branch', 'RFC 3261 8.1.1.7')
const cookieMissing = warning('via-branch-without-magic-cookie', 'RFC 3261 8.1.1.7')
const cookieAlone = error('via-branch-magic-cookie-alone', 'RFC 3261 8.1.1.7')
const branchMalformed = error('via-branch-not-a-token', 'RFC 3261 25.1')

export const judgeVia: JudgeField = (field, report) => {
  for (const value of splitList(field.value)) {
    const via = readVia(value)
    if (via === undefined) {
      report(malformed, `expected SIP/2.0/transport host[:port];branch=..., came ${quoted(value)}`)
      continue
    }
    if (via.protocol.toUpperCase() !== 'SIP' || via.version !== '2.0') {
      report(foreignProtocol, `expected SIP/2.0, came ${via.protocol}/${via.version}`)
    }
    const { branch } = via
    if (branch === undefined) report(noBranch, 'expected a branch parameter')
    else if (branch === magicCookie) report(cookieAlone, `expected more than ${magicCookie} alone`)
    else if (!isToken(branch)) report(branchMalformed, `expected a token, came ${quoted(branch)}`)
    else if (!branch.startsWith(magicCookie))
      report(cookieMissing, `expected ${magicCookie}..., came ${quoted(branch)}`)
    const semicolon = value.indexOf(';')
    if (semicolon !== -1) judgeParameters(value.slice(semicolon), 'RFC 3261 20.42', report)
  }
}

/** Whether the topmost Via shows an element of RFC 2543, which knew neither the magic cookie nor some mandatory fields. */
export function isFrom2543(message: SipMessage): boolean {
  const field = headerField(message, 'via')
  const via = field && readVia(splitList(field.value)[0] ?? '')
  return via !== undefined && via.branch?.startsWith(magicCookie) !== true
}
