import type { ArrivalProblem } from '#play'
import { header, headerField, readNameAddress, readUri, sameUri, splitList, type SipMessage } from '#wire/sip'
import { senderOf } from '../players.ts'
import { domainOf, hostOf } from '../world/systems.ts'
import { entityOf, type FlowRole } from '../world/functional-entity.ts'
import type { CaseLine } from './case-line.ts'
import type { Switchboard } from './switchboard.ts'

/** Who looks at a request that came, and where. */
interface Addressed {
  readonly switchboard: Switchboard
  readonly line: CaseLine
  readonly role: FlowRole
  /** Of the tester's sockets. */
  readonly address: string
}

const within = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`)

/** What a request outside of a dialog says of whom it is for and who sends it, where that is somebody else. */
export const addressingProblems = (addressed: Addressed, request: SipMessage): readonly ArrivalProblem[] => [
  ...misaddressed(addressed, request),
  ...forged(addressed, request),
  ...disguised(request),
]

const ours = (clause: string) => ({ doc: 'docs/bindings.md', clause, basis: 'default-binding' }) as const

function misaddressed(
  { switchboard, line, role, address }: Addressed,
  { startLine }: SipMessage,
): readonly ArrivalProblem[] {
  if (startLine.kind !== 'request') return []
  const { requestUri } = startLine
  const host = readUri(requestUri)
    ?.host?.toLowerCase()
    .replace(/^\[|\]$/g, '')
  // What is no SIP URI says nothing of hosts; the client of another user is found elsewhere.
  if (host === undefined || switchboard.reachedAt(requestUri) !== undefined) return []
  const ownHosts = [hostOf(role, line.systems), ...(entityOf(role) === 'client' ? [] : [domainOf(role, line.systems)])]
  if (host === address.toLowerCase() || ownHosts.some((own) => within(host, own))) return []
  return [
    {
      field: 'Request-URI',
      requirement: 'The Request-URI names who is to receive the request',
      source: ours('request-uri'),
      expected: [`a URI with host ${ownHosts.join(' or ')}, or ${address}`, 'an identity of the user'],
      actual: requestUri,
    },
  ]
}

/** What is asserted for somebody else. */
function forged({ switchboard, line, role }: Addressed, request: SipMessage): readonly ArrivalProblem[] {
  const asserted = header(request, 'P-Asserted-Identity')
  const { system, identity } = senderOf(line.planned, role, request)
  const own = [system, readUri(identity)?.host ?? system]
  const others = (asserted === undefined ? [] : splitList(asserted))
    .flatMap((one) => readNameAddress(one)?.uri ?? [])
    .filter((uri) => {
      const host = readUri(uri)?.host?.toLowerCase()
      return host !== undefined && switchboard.reachedAt(uri) !== line && !own.some((domain) => within(host, domain))
    })
  return others.map((uri) => ({
    field: 'P-Asserted-Identity',
    requirement: 'A server that asserts an identity asserts its own, or that of the user',
    source: ours('service-headers'),
    expected: [`a URI of ${system}`, 'an identity of the user'],
    actual: uri,
    ...placed(request, 'P-Asserted-Identity'),
  }))
}

/** A client whose From names somebody else than it says to be. */
function disguised(request: SipMessage): readonly ArrivalProblem[] {
  const [preferred = ''] = splitList(header(request, 'P-Preferred-Identity') ?? '')
  const uri = readNameAddress(preferred)?.uri
  const from = readNameAddress(header(request, 'From') ?? '')?.uri
  if (uri === undefined || from === undefined || sameUri(uri, from) || /@anonymous\.invalid\b/i.test(from)) return []
  return [
    {
      field: 'From',
      requirement: 'From of a client names the user of P-Preferred-Identity, or nobody',
      source: ours('call-identities'),
      expected: [uri, 'sip:anonymous@anonymous.invalid'],
      actual: from,
      ...placed(request, 'From'),
    },
  ]
}

const placed = (request: SipMessage, name: string) => {
  const span = headerField(request, name)?.valueSpan
  return span === undefined ? {} : { span }
}
