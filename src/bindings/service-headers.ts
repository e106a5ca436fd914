import {
  header,
  headerField,
  headers,
  parameter,
  readNameAddress,
  readParameters,
  splitList,
  type SipMessage,
} from '#wire/sip'
import type { Source } from '#verdict'
import type { Problem, WireField, WireRule } from './binding.ts'
import { madeOnce } from './made-once.ts'
import type { ProfileValues } from './profile-values.ts'
import { defaultBinding, sourcesOf } from './sources.ts'
import { problem } from './wire-rule.ts'

type Field = readonly [name: string, value: string]

const reference = (values: ProfileValues): string => encodeURIComponent(values.serviceIdentifier)

/** The two Accept-Contact fields that ask for a peer of the MC service (TS 24.379 6.3.2.1, RFC 3841). */
export const acceptContact = (values: ProfileValues): readonly Field[] => [
  ['Accept-Contact', `*;+${values.featureTag};require;explicit`],
  ['Accept-Contact', `*;+g.3gpp.icsi-ref="${reference(values)}";require;explicit`],
]

/** The feature tags of a Contact (TS 24.379 7.2.1, RFC 3840). */
export const featureTags = (values: ProfileValues): string =>
  `;+${values.featureTag};+g.3gpp.icsi-ref="${reference(values)}"`

/** The Accept-Contact fields as lines of the bindings document. */
export const acceptContactFields = (values: ProfileValues): readonly WireField[] =>
  acceptContact(values).map(([name, value]) => ({ name, value, source: defaultBinding('service-headers') }))

/** How a client names its user and the MC service; a SIP core asserts both (RFC 3325 9, RFC 6050 4). */
export function clientHeaders(user: string, values: ProfileValues): readonly Field[] {
  const how = values.clientIdentity === 'asserted' ? 'Asserted' : 'Preferred'
  return [[`P-${how}-Identity`, `<${user}>`], [`P-${how}-Service`, values.serviceIdentifier], ...acceptContact(values)]
}

/** How a server names itself and the MC service (RFC 3325 9, RFC 6050 4). */
export const serverHeaders = (server: string, values: ProfileValues): readonly Field[] => [
  ['P-Asserted-Identity', `<${server}>`],
  ['P-Asserted-Service', values.serviceIdentifier],
  ...acceptContact(values),
]

/** What a client says, as lines of the bindings document. */
export const clientHeaderLines = (values: ProfileValues): readonly WireField[] => [
  {
    name: 'P-Preferred-Identity',
    value: "<public user identity>; P-Asserted-Identity when clientIdentity is 'asserted'",
    source: defaultBinding('service-headers'),
  },
  {
    name: 'P-Preferred-Service',
    value: `${values.serviceIdentifier}; P-Asserted-Service when clientIdentity is 'asserted'`,
    source: defaultBinding('service-headers'),
  },
  ...acceptContactFields(values),
]

export const serviceRules = madeOnce(
  (values: ProfileValues) =>
    ({
      tag: {
        field: 'Accept-Contact',
        requirement: `An Accept-Contact field holds the feature tag ${values.featureTag}`,
        source: defaultBinding('service-headers'),
        expected: [`*;+${values.featureTag};require;explicit`],
      },
      reference: {
        field: 'Accept-Contact',
        requirement: 'An Accept-Contact field holds g.3gpp.icsi-ref with the service identifier',
        source: defaultBinding('service-headers'),
        expected: [`*;+g.3gpp.icsi-ref="${reference(values)}";require;explicit`],
      },
      preferredService: {
        field: 'P-Preferred-Service',
        requirement: 'A client names the MC service in P-Preferred-Service, which a SIP core makes P-Asserted-Service',
        source: defaultBinding('service-headers'),
        expected: [values.serviceIdentifier],
      },
      assertedService: {
        field: 'P-Asserted-Service',
        requirement: 'A server names the MC service in P-Asserted-Service',
        source: defaultBinding('service-headers'),
        expected: [values.serviceIdentifier],
      },
      assertedIdentity: {
        field: 'P-Asserted-Identity',
        requirement: 'A server names itself in P-Asserted-Identity',
        source: defaultBinding('service-headers'),
        expected: ['<URI of the sending server>'],
      },
    }) satisfies Record<string, WireRule>,
)

export const contactRules = madeOnce(
  (values: ProfileValues) =>
    ({
      tag: {
        field: 'Contact',
        requirement: `Contact of a REGISTER for service authorization holds the feature tag ${values.featureTag}`,
        source: sourcesOf(values.service).register,
        expected: [`+${values.featureTag}`],
      },
      reference: {
        field: 'Contact',
        requirement:
          'Contact of a REGISTER for service authorization holds g.3gpp.icsi-ref with the service identifier',
        source: sourcesOf(values.service).register,
        expected: [`+g.3gpp.icsi-ref="${reference(values)}"`],
      },
    }) satisfies Record<string, WireRule>,
)

/** The Contact of an INVITE, and of the 200 (OK) to it, says of which MC service the session is. */
export const sessionContactRules = (source: Source, values: ProfileValues) => contactRulesOf(values)(source)

const contactRulesOf = madeOnce((values: ProfileValues) =>
  madeOnce(
    (source: Source) =>
      ({
        tag: {
          field: 'Contact',
          requirement: `Contact of who takes part in a session holds the feature tag ${values.featureTag}`,
          source,
          expected: [`+${values.featureTag}`],
        },
        reference: {
          field: 'Contact',
          requirement: 'Contact of who takes part in a session holds g.3gpp.icsi-ref with the service identifier',
          source,
          expected: [`+g.3gpp.icsi-ref="${reference(values)}"`],
        },
      }) satisfies Record<string, WireRule>,
  ),
)

/** Judges Accept-Contact; the plus of the tags may be missing, `require` and `explicit` are not judged. */
export function judgeAcceptContact(message: SipMessage, values: ProfileValues): readonly Problem[] {
  const rules = serviceRules(values)
  const fields = headers(message, 'Accept-Contact')
  const entries = fields.flatMap((value) => splitList(value)).map((value) => readParameters(afterFirst(value)))
  return judgeTags(entries, rules, fields.join(', ') || 'no Accept-Contact', message, 'Accept-Contact', values)
}

/** What a request of a client is judged by, of what it says of the MC service. */
export const clientServiceRules = (values: ProfileValues): readonly WireRule[] => {
  const rules = serviceRules(values)
  return [rules.preferredService, rules.tag, rules.reference]
}

/** Judges them; a SIP core may have made P-Asserted-Service of what the client preferred. */
export const judgeClientService = (message: SipMessage, values: ProfileValues): readonly Problem[] => [
  ...judgeService(
    message,
    serviceRules(values).preferredService,
    ['P-Preferred-Service', 'P-Asserted-Service'],
    values,
  ),
  ...judgeAcceptContact(message, values),
]

/** Judges the feature tags of the Contact fields of a REGISTER. */
export const judgeContact = (message: SipMessage, values: ProfileValues): readonly Problem[] =>
  judgeContactTags(message, contactRules(values), values)

/** Judges those of an INVITE or of the 200 (OK) to it; where there is no Contact nothing is said of its tags. */
export const judgeSessionContact = (message: SipMessage, source: Source, values: ProfileValues): readonly Problem[] =>
  header(message, 'Contact') === undefined ? [] : judgeContactTags(message, sessionContactRules(source, values), values)

function judgeContactTags(
  message: SipMessage,
  rules: Readonly<Record<'tag' | 'reference', WireRule>>,
  values: ProfileValues,
): readonly Problem[] {
  const fields = headers(message, 'Contact')
  const entries = fields.flatMap((value) => splitList(value)).map((value) => readNameAddress(value)?.parameters ?? [])
  return judgeTags(entries, rules, fields.join(', ') || 'no Contact', message, 'Contact', values)
}

type Parameters = ReturnType<typeof readParameters>

function judgeTags(
  entries: readonly Parameters[],
  rules: Readonly<Record<'tag' | 'reference', WireRule>>,
  actual: string,
  message: SipMessage,
  field: string,
  values: ProfileValues,
): readonly Problem[] {
  const span = headerField(message, field)?.valueSpan
  const holds = (name: string): readonly string[] =>
    entries.flatMap((entry) => parameter(entry, `+${name}`) ?? parameter(entry, name) ?? [])
  const problems: Problem[] = []
  if (holds(values.featureTag).length === 0) problems.push(problem(rules.tag, actual, span))
  if (!holds('g.3gpp.icsi-ref').some((value) => namesService(value, values)))
    problems.push(problem(rules.reference, actual, span))
  return problems
}

/** The value is a list of escaped service identifiers (TS 24.229 7.9.2). */
const namesService = (list: string, values: ProfileValues): boolean =>
  list.split(',').some((value) => unescaped(value.trim()).toLowerCase() === values.serviceIdentifier.toLowerCase())

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

const afterFirst = (value: string): string => {
  const semicolon = value.indexOf(';')
  return semicolon === -1 ? '' : value.slice(semicolon)
}

/** Judges that one of the fields, the first of which the rule is about, names the service. */
export function judgeService(
  message: SipMessage,
  rule: WireRule,
  names: readonly string[],
  values: ProfileValues,
): readonly Problem[] {
  const wanted = values.serviceIdentifier.toLowerCase()
  const given = names.flatMap((name) => headers(message, name)).flatMap((value) => splitList(value))
  if (given.some((value) => value.toLowerCase() === wanted)) return []
  const span = names.map((name) => headerField(message, name)?.valueSpan).find((one) => one !== undefined)
  return [problem(rule, given.join(', ') || `no ${rule.field}`, span)]
}

/** Judges that a server names itself. */
export function judgeAssertedIdentity(message: SipMessage, values: ProfileValues): readonly Problem[] {
  const value = header(message, 'P-Asserted-Identity')
  const named = value !== undefined && splitList(value).some((one) => readNameAddress(one) !== undefined)
  if (named) return []
  const span = headerField(message, 'P-Asserted-Identity')?.valueSpan
  return [problem(serviceRules(values).assertedIdentity, value ?? 'no P-Asserted-Identity', span)]
}
