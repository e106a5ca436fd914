import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readMessage } from '#wire/sip'
import {
  bindingOf,
  bindingsOf,
  decodeExample,
  decodeRequest,
  exampleMessages,
  exampleOctets,
  profiles,
  readRefusal,
  rel18,
  serviceOf,
  valuesOf,
} from './index.ts'
import type { Binding, ExampleMessage, IeValues, Profile, RequestBinding, ResponseBinding } from './index.ts'

/** Everything XML 1.0 can carry, white space and astral characters included. */
const legal = fc
  .string({ unit: 'binary', maxLength: 30 })
  // oxlint-disable-next-line no-control-regex
  .map((text) => text.replace(/[^\t\n\r\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, ''))
/** Where the schema type is not xs:string, white space is collapsed: such strings have none to collapse. */
const collapsed = legal.map((text) =>
  text
    .split(/[ \t\r\n]/)
    .filter((word) => word !== '')
    .join(' '),
)
const words = ['true', 'false', '1', '0', 'success', 'fail']
const result = fc.oneof(
  fc.constant('accepted'),
  fc.constant('refused'),
  collapsed.filter((text) => text !== '' && !words.includes(text)),
)

const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const uri = fc.tuple(label, label).map(([user, host]) => `sip:${user}@${host}.example`)
const given = fc.constant('true')

const kinds: Readonly<Record<string, fc.Arbitrary<string>>> = {
  mcServiceId: collapsed.filter((text) => text !== ''),
  groupId: collapsed.filter((text) => text !== ''),
  otherUser: collapsed.filter((text) => text !== ''),
  formerServer: collapsed.filter((text) => text !== ''),
  newServer: collapsed.filter((text) => text !== ''),
  controllingServer: collapsed.filter((text) => text !== ''),
  credentials: legal,
  temporaryId: collapsed.filter((text) => text !== ''),
  userProfileIndex: collapsed,
  partnerSystem: legal,
  result,
  callingParty: uri,
  calledParty: uri,
  redirectedTo: uri,
  securityDomain: collapsed.filter((text) => text !== ''),
  reason: collapsed.filter((text) => text !== ''),
  releaseReason: fc.constantFrom('migrating', 'User requested release', 'because "so" \\ and no other'),
  endToEndSecurity: given,
  floorControl: given,
  automaticCommencement: given,
  emergencyIndicator: given,
}
/** Where a client says by who it is who its user is. */
const saysByIdentity = ['service authorization request', 'call continuity request', 'group call join request']

const record = (keys: readonly string[]): fc.Arbitrary<IeValues> =>
  fc
    .record(Object.fromEntries(keys.map((key) => [key, kinds[key] ?? legal])), { requiredKeys: [] })
    .map((some) =>
      Object.fromEntries(Object.entries(some).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]]))),
    )

const values = fc.record({
  anyExtPlacement: fc.constantFrom('root', 'params'),
  resultType: fc.constantFrom('boolean', 'string'),
  clientIdentity: fc.constantFrom('preferred', 'asserted'),
  multipartBoundary: fc.constantFrom('b', 'a b', 'mcx-boundary'),
})
const changedProfile = (profile: Profile, changed: object): Profile => ({
  ...profile,
  values: { ...profile.values, ...changed },
})

const isOf = (binding: Binding | undefined, { service, alternative, message }: ExampleMessage, profile: Profile) =>
  bindingsOf(profile, service, alternative).find((one) => one.message === message) === binding

interface Place {
  readonly title: string
  readonly profile: Profile
  readonly base: ExampleMessage
  readonly binding: RequestBinding | ResponseBinding
}

/** Each binding once in each service: the example is the first that is no refusal. */
const places: readonly Place[] = Object.values(profiles).flatMap((profile) => {
  const seen = new Set<string>()
  return exampleMessages(profile).flatMap((base) => {
    const { service, alternative, message, ies } = base
    const binding = bindingOf(base, profile)
    if (binding.carrier === 'http-request' || binding.carrier === 'http-response') return []
    const key = `${service} ${message} ${binding.summary}`
    if (ies.result === 'refused' || seen.has(key) || (profile !== rel18 && isOf(binding, base, rel18))) return []
    seen.add(key)
    return [{ title: `${profile.name} ${service} by ${alternative}: ${message}`, profile, base, binding }]
  })
})

const byStatus = [
  'private call response',
  'private call end response',
  'migration service de-authorization response',
  'service authorization response',
  'group affiliation response',
  'group de-affiliation response',
  'affiliation status response',
  'group call response',
  'group call join response',
]

describe.each(places)('$title', ({ profile, base, binding }) => {
  const { service, message, alternative, parties } = base
  const keys = binding.mappings(valuesOf(profile, service)).map(({ ie }) => ie)
  const fullest = exampleMessages(profile)
    .filter((one) => one.message === message && one.service === service && one.alternative === alternative)
    .filter(({ ies }) => ies.result !== 'refused')
    .toSorted((one, other) => Object.keys(other.ies).length - Object.keys(one.ies).length)[0]

  test('what was encoded is decoded', () => {
    fc.assert(
      fc.property(record(keys), values, record(['mcServiceId']), (some, changed, request) => {
        const ies: IeValues =
          byStatus.includes(message) && 'result' in some && some.result !== 'refused' ? { result: 'accepted' } : some
        const example = { ...base, ies, request }
        const used = changedProfile(profile, changed)
        const decoded = decodeExample(exampleOctets(example, used), example, used)
        const implied: IeValues = {
          // A response says accepted by its status alone, and a client who it is.
          ...(binding.carrier === 'response' && keys.includes('result') ? { result: 'accepted' } : {}),
          ...(saysByIdentity.includes(message) && parties.leg !== 'between-servers'
            ? { mcServiceId: parties.user }
            : {}),
          ...(parties.leg === 'from-client' && keys.includes('callingParty') ? { callingParty: parties.user } : {}),
        }
        expect(decoded.name).toBe(message)
        expect(decoded.ies).toEqual({ ...implied, ...ies })
      }),
      { numRuns: 80 },
    )
  })

  test('the octets of every element hold what was read from them', () => {
    const example = fullest ?? base
    const octets = exampleOctets(example, profile)
    const text = (start: number, end: number): string => new TextDecoder().decode(octets.subarray(start, end))
    const { ies, spans } = decodeExample(octets, example, profile)
    expect(Object.keys(spans)).toHaveLength(byStatus.includes(message) ? 0 : keys.filter((ie) => ie in ies).length)
    for (const [ie, { start, end }] of Object.entries(spans)) {
      const said = text(start, end)
      if (ie === 'floorControl') expect(said).toMatch(/^application \d+ udp MC/)
      else if (ie === 'automaticCommencement') expect(said).toBe('Auto')
      else if (ie === 'releaseReason') expect(said).toMatch(/^SIP;cause=200;text=".+"$/)
      else if (ie === 'result' && message.startsWith('migration')) expect(said).toBe(String(ies[ie] === 'accepted'))
      else expect(said).toBe(ies[ie])
    }
  })

  test('any strings whatever are encoded, and read without an exception', () => {
    const some =
      keys.length === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom(...keys), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(some, (ies) => {
        const example = { ...base, ies }
        expect(decodeExample(exampleOctets(example, profile), example, profile).name).toBe(message)
      }),
      { numRuns: 60 },
    )
  })

  test('mutated octets are decoded without an exception, and every span lies in the message', () => {
    const octets = exampleOctets(fullest ?? base, profile)
    const change = fc.record({
      at: fc.nat(octets.length),
      cut: fc.nat(40),
      paste: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc
          .constantFrom('\r\n', '<', '>', '&x;', '--', '"', '<!DOCTYPE a>', 'm=', 'a=key-mgmt:mikey ')
          .map((text) => new TextEncoder().encode(text)),
      ),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let mutated = octets
        for (const { at, cut, paste } of changes)
          mutated = Buffer.concat([mutated.subarray(0, at), paste, mutated.subarray(at + cut)])
        const decoded = decodeExample(mutated, base, profile)
        const read = readMessage(mutated)
        const of = serviceOf(read) ?? service
        decodeRequest(profile, of, alternative, read, valuesOf(profile, of))
        readRefusal(read)
        for (const span of [...Object.values(decoded.spans), ...decoded.problems.flatMap((one) => one.span ?? [])]) {
          expect(span.start).toBeGreaterThanOrEqual(0)
          expect(span.end).toBeGreaterThanOrEqual(span.start)
          expect(span.end).toBeLessThanOrEqual(mutated.length)
        }
      }),
      { numRuns: 100 },
    )
  })
})
