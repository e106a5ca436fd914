import type { SipMessage } from '#wire/sip'
import { callCarriage, elementName, readCallInformation, writeCallInformation } from './call-information.ts'
import type { IeValues, Mapping, Parties, Problem, Span, WireRule } from './binding.ts'
import { madeOnce } from './made-once.ts'
import type { ProfileValues } from './profile-values.ts'
import { receivedBody } from './received-body.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

// What the private call redirection is in both profiles, whatever carries it (TS 23.280 table 10.16.y.2-1).

export const privateCallRedirectionName = 'private call redirection'
export const forwardRequestType = 'forward-private-call-request'

export const redirectionSource = sources.redirectionTable

export const redirectionWhen =
  'The MC service server of the primary MC system sends it to the MC service client of the calling party when the called party has migrated (step 3); a partner MC service server that the user has left does the same.'

/** Writes the info document of a redirection; `target` where the identity to call stands in it. */
export const writeRedirection = (ies: IeValues, values: ProfileValues, target: string | undefined): Uint8Array =>
  writeCallInformation(
    {
      requestUri: ies.callingParty,
      requestType: forwardRequestType,
      forwardedBy: ies.calledParty,
      originalTarget: ies.calledParty,
      target,
      reason: ies.reason,
      kmsUri: ies.securityDomain,
    },
    values,
  )

export const redirectionRules = madeOnce((service: Service) => {
  const prefix = services[service].prefix
  return {
    kind: {
      field: 'request-type',
      requirement: `request-type of a private call redirection is ${forwardRequestType}`,
      source: defaultBinding('redirection'),
      expected: [forwardRequestType],
    },
    reason: {
      field: 'forwarding-reason',
      requirement: 'forwarding-reason, where it stands, is migrated',
      source: sourcesOf(service).element,
      expected: ['migrated'],
    },
    target: {
      field: 'Contact',
      requirement: 'Contact and forwarding-target-id, where both stand, name one identity',
      source: defaultBinding('redirection-moved'),
      expected: ['one identity'],
    },
    same: {
      field: elementName('forwardedBy', service),
      requirement: `forwarded-by-${prefix}-id and forwarding-target-orig-id name one identity`,
      source: defaultBinding('redirection'),
      expected: ['one identity'],
    },
  } satisfies Record<string, WireRule>
})

/** What the info document of a redirection says. */
export interface ReadRedirection {
  readonly ies: Record<string, string>
  readonly spans: Record<string, Span>
  readonly problems: Problem[]
  readonly requestType: string | undefined
}

/** Reads the info document of a redirection. Never throws. */
export function readRedirection(message: SipMessage, values: ProfileValues): ReadRedirection {
  const body = receivedBody(message, values.service)
  const { said, spans: of, problems: found } = readCallInformation(body.info, values)
  const rules = redirectionRules(values.service)
  const problems: Problem[] = [...body.problems, ...found]
  const ies: Record<string, string> = {}
  const spans: Record<string, Span> = {}
  const rows = [
    ['callingParty', 'requestUri'],
    ['calledParty', said.originalTarget === undefined ? 'forwardedBy' : 'originalTarget'],
    ['redirectedTo', 'target'],
    ['securityDomain', 'kmsUri'],
    ['reason', 'reason'],
  ] as const
  for (const [ie, key] of rows) {
    const value = said[key]
    const span = of[key]
    if (value === undefined) continue
    ies[ie] = value
    if (span !== undefined) spans[ie] = span
  }
  if (said.reason !== undefined && said.reason !== 'migrated')
    problems.push(problem(rules.reason, said.reason, of.reason))
  if (said.forwardedBy !== undefined && said.originalTarget !== undefined && said.forwardedBy !== said.originalTarget)
    problems.push(problem(rules.same, `${said.forwardedBy} and ${said.originalTarget}`, of.forwardedBy))
  return { ies, spans, problems, requestType: said.requestType }
}

/** The rows of the table, with what says where the identity to call stands. */
export function redirectionMappings(
  service: Service,
  target: Pick<Mapping, 'carriedIn' | 'source'>,
): readonly Mapping[] {
  const { requestUri, securityDomain } = callCarriage(service)
  const name = (key: 'forwardedBy' | 'originalTarget' | 'reason'): string => `anyExt/${elementName(key, service)}`
  return [
    {
      ie: 'callingParty',
      status: 'M',
      carriedIn: requestUri,
      meaning: 'MC service ID of the calling party',
      source: defaultBinding('redirection'),
    },
    {
      ie: 'calledParty',
      status: 'M',
      carriedIn: `${name('originalTarget')}, and the same in ${name('forwardedBy')}`,
      meaning: 'MC service ID of the called party, as the private call request named it',
      source: defaultBinding('redirection'),
    },
    { ie: 'redirectedTo', status: 'M', meaning: 'MC service ID by which the called party is to be called', ...target },
    { ie: 'securityDomain', status: 'C', ...securityDomain },
    {
      ie: 'reason',
      status: 'O',
      carriedIn: name('reason'),
      meaning: "'migrated': the called party has migrated",
      source: sourcesOf(service).element,
    },
  ]
}

/** The public user identity of the calling client, where it is known, else its address. */
export const callingClient = ({ user, to }: Parties): string => user ?? to
