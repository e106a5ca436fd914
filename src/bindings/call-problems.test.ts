import { describe, expect, test } from 'vitest'
import { readHttpMessage } from '#wire/http'
import { readMessage } from '#wire/sip'
import { changedExample, decodeChanged, exampleOf, problemsOf, type Change } from './example-changes.testing.ts'
import {
  bindingOf,
  bindingsOf,
  callRefusals,
  decodeRequest,
  exampleMessages,
  exampleOctets,
  profiles,
  readRefusal,
  rel18,
  rel18Moved,
  serviceOf,
  valuesOf,
  type Service,
} from './index.ts'

const everything = 'private-call-request-everything'
const forwarded = 'private-call-request-forwarded'
const accepted = 'private-call-response-accepted'
const redirection = 'private-call-redirection-everything'
const call = 'TS 24.379 11.1.1.2.1.1'
const ours = 'default-binding: docs/bindings.md'

describe('what is not as required in a private call is said with its basis', () => {
  test.each<[string, readonly Change[], readonly string[]]>([
    [everything, [[/Answer-Mode:.*\r\n/, '']], [`Answer-Mode, published: ${call}`]],
    [everything, [['Answer-Mode: Auto', 'Answer-Mode: Perhaps']], ['Answer-Mode, rfc: RFC 5373 3']],
    [forwarded, [[/Answer-Mode:.*\r\n/, '']], []],
    [everything, [['Contact: <', 'Contact: <sip:a@b>, <']], ['Contact, rfc: RFC 3261 8.1.1.8']],
    [
      everything,
      [['Answer-Mode: Auto', 'Answer-Mode: Auto\r\nPriv-Answer-Mode: Auto']],
      [`Answer-Mode, published: ${call}`],
    ],
    [everything, [[/Contact: <.*\r\n/, '']], ['Contact, rfc: RFC 3261 8.1.1.8']],
    [everything, [[/(Contact: <.*)icsi.mcptt/, '$1icsi.mcdata']], [`Contact, published: ${call}`]],
    [
      forwarded,
      [[/(Contact: <[^>]*>).*/, '$1']],
      [`Contact, ${ours} service-headers`, `Contact, ${ours} service-headers`],
    ],
    [accepted, [[/(Contact: <.*)g.3gpp.mcptt/, '$1g.3gpp.mcdata']], [`Contact, ${ours} service-headers`]],
    [everything, [[/P-Preferred-Service:.*\r\n/, '']], [`P-Preferred-Service, ${ours} service-headers`]],
    [forwarded, [[/P-Asserted-Identity:.*\r\n/, '']], [`P-Preferred-Identity, ${ours} call-identities`]],
    [everything, [['*;+g.3gpp.mcptt;', '*;']], [`Accept-Contact, ${ours} service-headers`]],
    [everything, [['<session-type>private<', '<session-type>chat<']], [`session-type, published: ${call}`]],
    [everything, [[/ *<session-type>.*\r\n/, '']], [`session-type, published: ${call}`]],
    [everything, [['</list>', '<entry uri="sip:x@y"/></list>']], [`resource-lists, published: ${call}`]],
    [everything, [[/ *<entry.*\r\n/, '']], [`resource-lists, published: ${call}`]],
    [everything, [[' uri="', ' url="']], ['resource-lists, rfc: RFC 4826 3']],
    [everything, [['</resource-lists>', '']], ['resource-lists, rfc: RFC 4826 3']],
    [everything, [['application/resource-lists+xml', 'text/plain']], [`body, published: ${call}`]],
    [
      everything,
      [['application/vnd.3gpp.mcptt-info+xml', 'text/plain']],
      [`body, published: ${call}`, `session-type, published: ${call}`],
    ],
    [everything, [['application/sdp', 'text/plain']], ['body, published: TS 24.379 6.2.1']],
    [everything, [['t=0 0\r\n', '']], ['sdp, rfc: RFC 8866 5.9']],
    [everything, [['c=IN IP4 192.0.2.8\r\n', '']], ['sdp, rfc: RFC 8866 5.7', 'sdp, rfc: RFC 8866 5.7']],
    [everything, [['m=audio 40000 RTP', 'm=video 40000 RTP']], ['sdp, published: TS 24.379 6.2.1']],
    [everything, [[/a=key-mgmt:.*\r\n/, '']], [`sdp, ${ours} call-media`]],
    [everything, [['RTP/SAVP', 'RTP/AVP']], [`sdp, ${ours} call-media`]],
    [everything, [[/a=key-mgmt:mikey .*\r\n/, 'a=key-mgmt:mikey ?\r\n']], ['sdp, rfc: RFC 4567 3.1']],
    [everything, [['udp MCPTT', 'UDP MCPTT']], ['sdp, published: TS 24.380 12.1']],
    [
      everything,
      [['<end-to-end-security>true', '<end-to-end-security>yes']],
      ['mcptt-info, published: TS 24.379 F.1', 'end-to-end-security, published: TS 24.379 F.1'],
    ],
    [everything, [['<uri-entry>https:', '<uri-entry>']], ['PrivateCallKMSURI, published: TS 24.379 F.1']],
    [everything, [[/<uri-entry>.*<\/uri-entry>/, '<other/>']], ['PrivateCallKMSURI, published: TS 24.379 F.1']],
    [
      forwarded,
      [[/<mcptt-calling-user-id type="Normal">.*\r\n/, '$&$&']],
      ['mcptt-info, published: TS 24.379 F.1', `mcptt-calling-user-id, ${ours} single-values`],
    ],
    [accepted, [[/Contact:.*\r\n/, '']], ['Contact, rfc: RFC 3261 12.1.1']],
    [accepted, [[/\r\n\r\n[\s\S]*/, '\r\n\r\n']], ['body, rfc: RFC 3264 6']],
    [accepted, [['m=audio', 'm=text']], ['sdp, published: TS 24.379 6.2.1']],
    [redirection, [[/In-Reply-To:.*\r\n/, '']], [`In-Reply-To, ${ours} redirection`]],
    [
      redirection,
      [['>migrated<', '>moved<']],
      ['mcptt-info, published: TS 24.379 F.1', 'forwarding-reason, published: TS 24.379 F.1'],
    ],
    [
      redirection,
      [[/(<forwarded-by-mcptt-id>).*(<\/forwarded-by-mcptt-id>)/, '$1sip:other@primary.example$2']],
      [`forwarded-by-mcptt-id, ${ours} redirection`],
    ],
    ['private-call-request-release', [['CSeq', 'Require: timer\r\nCSeq']], ['Require, rfc: RFC 3261 9.1']],
  ])('%s with %j', (slug, changes, problems) => {
    expect(problemsOf(decodeChanged(exampleOf(slug), changes))).toEqual(problems)
  })

  test('a floor channel that nobody offered is no part of an answer', () => {
    const example = { ...exampleOf(accepted), request: {} }
    const octets = changedExample(exampleOf(accepted), [['Supported: timer\r\n', '']])
    const binding = bindingOf(example, rel18)
    if (binding.carrier !== 'response') throw new Error('it is a response')
    const { problems } = binding.decode(octets, valuesOf(rel18, 'mcptt'), {})
    expect(problems.map(({ requirement }) => requirement)).toEqual([
      'An answer has no channel of floor control that the private call request did not offer',
    ])
  })

  test('an answer is judged by the offer that it answers', () => {
    const offer = readMessage(exampleOctets(exampleOf(everything), rel18))
    const binding = bindingOf(exampleOf(accepted), rel18)
    if (binding.carrier !== 'response') throw new Error('it is a response')
    const judge = (changes: readonly Change[]): readonly string[] =>
      binding
        .decode(changedExample(exampleOf(accepted), changes), valuesOf(rel18, 'mcptt'), { floorControl: 'true' }, offer)
        .problems.map(({ actual }) => actual)
    const secure = ['RTP/AVP', 'RTP/SAVP'] as const
    expect(judge([secure])).toEqual([])
    expect(judge([['Supported: timer\r\n', '']])).toEqual(['audio RTP/AVP, application udp'])
    expect(judge([secure, ['m=application 44002 udp MCPTT\r\n', '']])).toEqual(['audio RTP/SAVP'])
    expect(judge([secure, ['udp MCPTT\r\n', 'udp MCPTT\r\na=fmtp:MCPTT mc_implicit_request\r\n']])).toEqual([
      'mc_implicit_request',
    ])
    expect(judge([secure, ['application 44002', 'application 0']])).toEqual(['m=application 0 udp MCPTT'])
    expect(judge([secure, ['audio 44000', 'audio 0']])).toEqual(['m=audio 0 RTP/SAVP 96'])
    expect(judge([secure, ['AMR-WB/16000/1', 'opus/48000']])).toEqual(['opus'])
    expect(judge([secure, ['SAVP 96', 'SAVP 0 97'], ['a=rtpmap:96 AMR-WB', 'a=rtpmap:97 amr-wb']])).toEqual([])
  })

  test('an answer has a line for each stream of the offer, with port 0 for those it does not know', () => {
    const offer = changedExample(exampleOf(everything), [['m=audio', 'm=text 9 RTP/AVP 98\r\nm=audio']])
    const binding = bindingOf(exampleOf(accepted), rel18)
    if (binding.carrier !== 'response') throw new Error('it is a response')
    const { ies, parties } = exampleOf(accepted)
    const { body } = binding.encode(ies, { ...parties, answered: offer }, valuesOf(rel18, 'mcptt'), {})
    const lines = new TextDecoder().decode(body).split('\r\n')
    expect(lines.filter((line) => line.startsWith('m='))).toEqual([
      'm=text 0 RTP/AVP 98',
      'm=audio 44000 RTP/SAVP 96',
      'm=application 44002 udp MCPTT',
    ])
  })
})

describe('the other services', () => {
  test.each<[Service, string, readonly Change[], readonly string[]]>([
    [
      'mcvideo',
      everything,
      [['<session-type>private<', '<session-type>chat<']],
      [`session-type, ${ours} other-services`],
    ],
    ['mcvideo', everything, [[/m=video/, 'm=text']], [`sdp, ${ours} call-media`]],
    ['mcdata', everything, [['>one-to-one-sds<', '>group-sds<']], [`request-type, ${ours} one-to-one-sds`]],
    [
      'mcdata',
      everything,
      [['application/vnd.3gpp.mcdata-payload', 'text/plain']],
      ['body, published: TS 24.282 15.1'],
    ],
    [
      'mcdata',
      everything,
      [['application/vnd.3gpp.mcdata-signalling', 'text/plain']],
      ['body, published: TS 24.282 15.1'],
    ],
    ['mcdata', everything, [['\x03\x01x', '\x03\x02x']], ['mcdata-payload, published: TS 24.282 15.1.4']],
    ['mcdata', everything, [['\x01\x00e', '\x05\x00e']], ['mcdata-signalling, published: TS 24.282 15.2.2']],
    ['mcdata', everything, [['mcdata.sds\r\n', 'mcdata.fd\r\n']], [`P-Preferred-Service, ${ours} service-headers`]],
    ['mcdata', everything, [['</list>', '<entry uri="sip:x@y"/></list>']], [`resource-lists, ${ours} other-services`]],
  ])('%s: %s with %j', (service, slug, changes, problems) => {
    expect(problemsOf(decodeChanged(exampleOf(slug, service), changes))).toEqual(problems)
  })

  test('every message that names a service says which it is of', () => {
    for (const profile of Object.values(profiles))
      for (const example of exampleMessages(profile)) {
        const octets = exampleOctets(example, profile)
        if (readHttpMessage(octets)) continue
        const silent = !/3gpp-service|vnd\.3gpp\.mc/.test(Buffer.from(octets).toString('latin1'))
        const found = serviceOf(readMessage(octets))
        expect(found, `${example.service} ${example.slug}`).toBe(silent ? undefined : example.service)
      }
  })
})

describe('302 instead of MESSAGE', () => {
  const moved = exampleOf(redirection, 'mcptt', rel18Moved)

  test.each<[readonly Change[], readonly string[]]>([
    [[[/Contact:.*\r\n/, '']], [`Contact, ${ours} redirection-moved`]],
    [
      [['</forwarding-target-orig-id>', '$&<forwarding-target-id>sip:x@y</forwarding-target-id>']],
      [`Contact, ${ours} redirection-moved`],
    ],
  ])('with %j', (changes, problems) => {
    expect(problemsOf(decodeChanged(moved, changes, rel18Moved))).toEqual(problems)
  })

  test('without an info document the transaction says whose call it is', () => {
    const { ies, problems } = decodeChanged(
      moved,
      [
        [/Content-Type:.*\r\n/, ''],
        [/\r\n\r\n[\s\S]*/, '\r\n\r\n'],
      ],
      rel18Moved,
    )
    expect(problems).toEqual([])
    expect(ies).toEqual({
      callingParty: 'sip:bob@primary.example',
      calledParty: 'sip:alice@primary.example',
      redirectedTo: 'sip:visitor-17@partner.example',
    })
  })

  test('which response it is, the status says', () => {
    const messageOf = (profile: typeof rel18, service: Service, status: number): readonly string[] => {
      const response = readMessage(new TextEncoder().encode(`SIP/2.0 ${status} X\r\n\r\n`))
      const values = valuesOf(profile, service)
      return bindingsOf(profile, service, 'publish').flatMap((binding) =>
        binding.carrier === 'response' &&
        binding.answers === 'private call request' &&
        binding.recognises(response, values)
          ? [binding.message]
          : [],
      )
    }
    expect(messageOf(rel18, 'mcptt', 180)).toEqual([])
    expect(messageOf(rel18, 'mcptt', 200)).toEqual(['private call response'])
    expect(messageOf(rel18, 'mcptt', 302)).toEqual(['private call response'])
    expect(messageOf(rel18, 'mcptt', 487)).toEqual([])
    expect(messageOf(rel18Moved, 'mcptt', 302)).toEqual(['private call redirection'])
    expect(messageOf(rel18Moved, 'mcptt', 403)).toEqual(['private call response'])
    expect(messageOf(rel18, 'mcdata', 202)).toEqual([])
    expect(messageOf(rel18, 'mcdata', 200)).toEqual(['private call response'])
    expect(messageOf(rel18Moved, 'mcdata', 302)).toEqual(['private call redirection'])
  })

  test.each([
    [200, true],
    [403, false],
    [481, false],
  ])('%i to BYE ends the call: %s', (status, ends) => {
    const response = readMessage(new TextEncoder().encode(`SIP/2.0 ${status} X\r\n\r\n`))
    const answers = bindingsOf(rel18, 'mcptt', 'publish').filter(
      (one) =>
        one.carrier === 'response' && one.message.endsWith(' end response') && !one.message.startsWith('migration'),
    )
    expect(answers.length).toBe(2)
    for (const one of answers)
      expect(one.carrier === 'response' && one.recognises(response, valuesOf(rel18, 'mcptt'))).toBe(ends)
  })

  test('the release has no octets', () => {
    const release = bindingsOf(rel18Moved, 'mcptt', 'publish').find(({ carrier }) => carrier === 'implied')
    expect(release).toMatchObject({ message: 'private call request release', by: 'private call redirection' })
    const cancel = changedExample(exampleOf('private-call-request-release'), [['Max-Forwards: 70', 'Max-Forwards: 69']])
    expect(decodeRequest(rel18Moved, 'mcptt', 'publish', cancel, valuesOf(rel18Moved, 'mcptt'))).toHaveProperty(
      'unrecognised',
    )
  })
})

describe('refusals', () => {
  const refused = (line: string) => readRefusal(readMessage(new TextEncoder().encode(`${line}\r\n\r\n`)))

  test('each is written with its MC code, and read', () => {
    const example = exampleOf('private-call-response-refused')
    const binding = bindingOf(example, rel18)
    if (binding.carrier !== 'response') throw new Error('it is a response')
    for (const refusal of Object.values(callRefusals)) {
      const { status, reason, headers } = binding.encode(
        { result: 'refused' },
        example.parties,
        valuesOf(rel18, 'mcptt'),
        {},
        refusal,
      )
      const lines = headers.map(([name, value]) => `${name}: ${value}`)
      expect(refused([`SIP/2.0 ${status} ${reason}`, ...lines].join('\r\n'))).toMatchObject({
        status: refusal.status,
        code: Number(refusal.warning.slice(0, 3)),
        text: refusal.warning.slice(4),
      })
    }
  })

  test.each([
    ['SIP/2.0 200 OK\r\nWarning: 399 h "107 x"', undefined],
    ['SIP/2.0 603 Decline', { status: 603 }],
    ['SIP/2.0 403 Forbidden\r\nWarning: 399 h "no code"', { status: 403 }],
    // As the example of TS 24.379 4.4.2 has it, without the host.
    ['SIP/2.0 403 Forbidden\r\nWarning: 399 "107 user not authorised"', { status: 403, code: 107 }],
    ['SIP/2.0 403 Forbidden\r\nWarning: 399 h "107 a \\"b"', { status: 403, code: 107 }],
  ])('%j', (line, expected) => {
    if (expected === undefined) expect(refused(line)).toBeUndefined()
    else expect(refused(line)).toMatchObject(expected)
  })
})
