import { describe, expect, test } from 'vitest'
import { readMessage } from '#wire/sip'
import { changedExample, decodeChanged, exampleOf, problemsOf, type Change } from './example-changes.testing.ts'
import { bindingOf, decodeRequest, exampleMessages, exampleOctets, rel18, valuesOf, type Decoded } from './index.ts'
import { refusal } from './refusal.ts'

const example = (slug: string) => exampleOf(slug)
const changed = (slug: string, changes: readonly Change[]) => changedExample(example(slug), changes)
const decode = (slug: string, changes: readonly Change[]) => decodeChanged(example(slug), changes)

const publish = 'authorization-request-publish-everything'
const register = 'authorization-request-register-everything'
const request = 'migration-request-everything'
const answer = 'migration-response-accepted-temporary-identity'

describe('what is not as required is said with its basis', () => {
  test.each<[string, readonly Change[], readonly string[]]>([
    [publish, [[/Event:.*\r\n/, '']], ['Event, rfc: RFC 3903 4']],
    [publish, [['Event: poc-settings', 'Event: presence']], ['Event, published: TS 24.379 7.2.2']],
    [
      publish,
      [[/P-Preferred-Service:.*\r\n/, '']],
      ['P-Preferred-Service, default-binding: docs/bindings.md service-headers'],
    ],
    [
      publish,
      [[/Accept-Contact: \*;\+g.3gpp.mcptt.*\r\n/, '']],
      ['Accept-Contact, default-binding: docs/bindings.md service-headers'],
    ],
    [
      publish,
      [[/Accept-Contact: \*;\+g.3gpp.icsi.*\r\n/, '']],
      ['Accept-Contact, default-binding: docs/bindings.md service-headers'],
    ],
    [publish, [[/Content-Type: multipart.*\r\n/, '']], ['Content-Type, rfc: RFC 3261 20.15']],
    [publish, [['multipart/mixed;', 'nonsense;']], ['Content-Type, rfc: RFC 3261 20.15']],
    [publish, [[';boundary=mcx-boundary', '']], ['Content-Type, rfc: RFC 2046 5.1.1']],
    [publish, [[/application\/vnd.3gpp.mcptt-info\+xml/, 'text/plain']], ['body, published: TS 24.379 7.2.2']],
    [publish, [[/--mcx-boundary--/, '']], ['body, rfc: RFC 2046 5.1']],
    [
      publish,
      [[/ *<mcptt-client-id[\s\S]*?<\/mcptt-client-id>\r\n/, '']],
      ['mcptt-client-id, published: TS 24.379 7.2.2'],
    ],
    [
      publish,
      [['application/poc-settings+xml', 'text/plain']],
      ['poc-settings, default-binding: docs/bindings.md client-leg'],
    ],
    [publish, [['<answer-mode>automatic', '<answer-mode>sometimes']], ['poc-settings, rfc: RFC 4354 XML schema']],
    [publish, [['</mcpttinfo>', '</mcpttinf>']], ['mcptt-info, published: TS 24.379 F.1']],
    [
      publish,
      [['<mcpttinfo', '<!DOCTYPE mcpttinfo><mcpttinfo']],
      ['mcptt-info, default-binding: docs/bindings.md document-type'],
    ],
    [
      publish,
      [
        ['<mcpttURI>', '<mcpttURL>'],
        ['</mcpttURI>', '</mcpttURL>'],
      ],
      ['mcptt-info, published: TS 24.379 F.1'],
    ],
    [
      publish,
      [['mcptt-access-token type="Normal"', 'mcptt-access-token type="Encrypted"']],
      ['mcptt-access-token, default-binding: docs/bindings.md protection'],
    ],
    [
      register,
      [[/Contact:.*\r\n/, '']],
      ['Contact, published: TS 24.379 7.2.1', 'Contact, published: TS 24.379 7.2.1'],
    ],
    [register, [[';+g.3gpp.mcptt;', ';']], ['Contact, published: TS 24.379 7.2.1']],
    [register, [['icsi.mcptt', 'icsi.mcvideo']], ['Contact, published: TS 24.379 7.2.1']],
    [register, [[/\r\n\r\n[\s\S]*/, '\r\n\r\n']], ['body, published: TS 24.379 7.2.1']],
    [
      request,
      [[/P-Asserted-Identity:.*\r\n/, '']],
      ['P-Asserted-Identity, default-binding: docs/bindings.md service-headers'],
    ],
    [
      request,
      [[/P-Asserted-Service:.*\r\n/, '']],
      ['P-Asserted-Service, default-binding: docs/bindings.md service-headers'],
    ],
    [
      request,
      [['icsi.mcptt\r\nAccept', 'icsi.mcdata\r\nAccept']],
      ['P-Asserted-Service, default-binding: docs/bindings.md service-headers'],
    ],
    [request, [[/\r\n\r\n[\s\S]*/, '\r\n\r\n']], ['body, default-binding: docs/bindings.md carrier']],
    [
      request,
      [['<anyExt>', '<anyExt><primary-mcptt-id><mcpttURI>sip:b@c</mcpttURI></primary-mcptt-id>']],
      ['primary-mcptt-id, default-binding: docs/bindings.md single-values'],
    ],
    [answer, [[/In-Reply-To:.*\r\n/, '']], ['In-Reply-To, default-binding: docs/bindings.md correlation']],
    [
      answer,
      [['<mcpttBoolean>true</mcpttBoolean>', '<mcpttString>granted</mcpttString>']],
      ['migration-auth-result, default-binding: docs/bindings.md result-values'],
    ],
    [
      answer,
      [['>true<', '>granted<']],
      [
        'mcptt-info, published: TS 24.379 F.1',
        'migration-auth-result, default-binding: docs/bindings.md result-values',
      ],
    ],
    ['authorization-response-publish-accepted', [[/Expires:.*\r\n/, '']], ['Expires, rfc: RFC 3903 6']],
    ['authorization-response-publish-accepted', [[/SIP-ETag:.*\r\n/, '']], ['SIP-ETag, rfc: RFC 3903 6']],
    ['authorization-response-register-accepted', [[';expires=3600', '']], ['Contact, rfc: RFC 3261 10.3']],
    ['authorization-response-register-accepted', [[/Contact:.*\r\n/, '']], ['Contact, rfc: RFC 3261 10.3']],
  ])('%s with %j', (slug, changes, problems) => {
    expect(problemsOf(decode(slug, changes))).toEqual(problems)
  })

  test('a missing mandatory element is none: that is for the flow to judge', () => {
    const { ies, problems } = decode(request, [
      [/ *<primary-mcptt-id.*\r\n/, ''],
      [/ *<partner-mc-system.*\r\n/, ''],
    ])
    expect(Object.keys(ies).sort()).toEqual(['temporaryId', 'userProfileIndex'])
    expect(problems).toEqual([])
  })

  test('what a peer sends stays short in a problem', () => {
    const [first] = decode(publish, [['Event: poc-settings', `Event: ${'x'.repeat(5000)}`]]).problems
    expect(first?.actual.length).toBeLessThan(300)
  })
})

describe('what is tolerated', () => {
  test.each<[string, string, readonly Change[]]>([
    [
      'elements in the anyExt of mcptt-Params',
      request,
      [
        ['<anyExt>', '<mcptt-Params><anyExt>'],
        ['</anyExt>', '</anyExt></mcptt-Params>'],
      ],
    ],
    [
      'tags without the plus',
      publish,
      [
        ['+g.3gpp.mcptt', 'g.3gpp.mcptt'],
        ['+g.3gpp.icsi-ref', 'g.3gpp.icsi-ref'],
      ],
    ],
    [
      'the service asserted by a SIP core',
      publish,
      [
        ['P-Preferred-Service', 'P-Asserted-Service'],
        ['P-Preferred-Identity', 'P-Asserted-Identity'],
      ],
    ],
    [
      'other letters in the media type',
      publish,
      [
        ['multipart/mixed', 'Multipart/Mixed'],
        ['application/vnd.3gpp.mcptt-info+xml', 'Application/vnd.3GPP.mcptt-info+XML'],
      ],
    ],
    [
      'compact header names',
      publish,
      [
        ['Content-Type: multipart', 'c: multipart'],
        ['Event:', 'o:'],
      ],
    ],
    [
      'white space around a URI',
      request,
      [['>sip:mcptt-alice@primary.example<', '>\r\n  sip:mcptt-alice@primary.example\r\n<']],
    ],
    [
      'a string where a URI is written',
      request,
      [
        ['<mcpttURI>sip:mcptt', '<mcpttString>sip:mcptt'],
        ['.example</mcpttURI>', '.example</mcpttString>'],
      ],
    ],
    ['elements nobody here knows', request, [['<anyExt>', '<anyExt><new xmlns="urn:new">x</new>']]],
    [
      'another part beside',
      request,
      [['--mcx-boundary\r\n', '--mcx-boundary\r\nContent-Type: text/plain\r\n\r\nx\r\n--mcx-boundary\r\n']],
    ],
    ['1 for true', answer, [['>true<', '>1<']]],
    ['success as a string', answer, [['<mcpttBoolean>true</mcpttBoolean>', '<mcpttString>success</mcpttString>']]],
    ['true as a string', answer, [['<mcpttBoolean>true</mcpttBoolean>', '<mcpttString>true</mcpttString>']]],
    [
      'one part that is no multipart',
      request,
      [
        ['multipart/mixed;boundary=mcx-boundary', 'application/vnd.3gpp.mcptt-info+xml'],
        [/--mcx-boundary\r\n.*\r\n\r\n/, ''],
        ['--mcx-boundary--', ''],
      ],
    ],
  ])('%s', (_, slug, changes) => {
    const decoded = decode(slug, changes)
    expect(decoded.ies).toEqual(example(slug).ies)
    expect(decoded.problems).toEqual([])
  })
})

describe('responses to the client', () => {
  const binding = bindingOf(example('authorization-response-publish-accepted'), rel18)
  const response = (text: string): Decoded => {
    if (binding.carrier !== 'response') throw new Error('it is a response')
    const octets = new TextEncoder().encode(`SIP/2.0 ${text}`)
    return binding.decode(readMessage(octets), rel18.values, { mcServiceId: 'sip:a@b' })
  }

  test.each([
    ['200 OK\r\nExpires: 60\r\nSIP-ETag: a\r\nContent-Length: 0\r\n\r\n', 'accepted'],
    ['202 Accepted\r\nExpires: 60\r\nSIP-ETag: a\r\nContent-Length: 0\r\n\r\n', 'accepted'],
    ['302 Moved Temporarily\r\nContent-Length: 0\r\n\r\n', 'refused'],
    ['404 Not Found\r\nWarning: 399 "no host"\r\nContent-Length: 0\r\n\r\n', 'refused'],
    ['603 Decline\r\nContent-Length: 0\r\n\r\n', 'refused'],
  ])('%j', (text, result) => {
    expect(response(text)).toMatchObject({ ies: { mcServiceId: 'sip:a@b', result }, problems: [], spans: {} })
  })

  test('a provisional response decides nothing', () => {
    expect(response('100 Trying\r\nContent-Length: 0\r\n\r\n').ies).toEqual({ mcServiceId: 'sip:a@b' })
  })

  test('200 whose body says false is a refusal', () => {
    expect(decode('authorization-response-publish-accepted', [['>true<', '>false<']]).ies.result).toBe('refused')
  })

  test('a body that names nobody does not name the user of the request', () => {
    const { ies } = decode('authorization-response-publish-accepted', [[/ *<primary-mcptt-id.*\r\n/, '']])
    expect(ies).toEqual({ result: 'accepted' })
  })

  test('a gateway refuses with the host outside and the MC code inside the quotes', () => {
    expect(refusal('interconnection', 'gw.example', rel18.values)).toEqual({
      status: 403,
      reason: 'Forbidden',
      headers: [['Warning', '399 gw.example "179 service not authorized with the interconnected system"']],
    })
  })
})

describe('telling requests apart', () => {
  // What a BYE ends is known by its dialog alone.
  const byDialog = ['group call end request', 'group call leave request']
  const requests = exampleMessages(rel18).filter(
    (one) => bindingOf(one, rel18).carrier === 'request' && !byDialog.includes(one.message),
  )
  test.each(requests)('$service $slug', (one) => {
    const message = readMessage(exampleOctets(one, rel18))
    expect(decodeRequest(rel18, one.service, one.alternative, message, valuesOf(rel18, one.service))).toMatchObject({
      name: one.message,
      ies: one.ies,
      problems: [],
    })
  })

  test.each<[string, readonly Change[], RegExp, readonly string[]]>([
    [request, [[/ *<req-type.*\r\n/, '']], /no req-type.*no resp-type/, ['req-type', 'resp-type']],
    [
      request,
      [['authorization-request<', 'authorisation-request<']],
      /its req-type is "migration-service-authoris/,
      ['req-type', 'resp-type'],
    ],
    [request, [['</mcpttinfo>', '']], /no req-type/, ['mcptt-info', 'req-type', 'resp-type']],
    [request, [['MESSAGE sip', 'UPDATE sip']], /UPDATE is no method of the profile/, []],
    [
      publish,
      [
        ['Expires: 3600', 'Expires: 0'],
        ['Event: poc-settings', 'Event: presence'],
      ],
      /ends service authorization/,
      [],
    ],
    ['authorization-response-publish-accepted', [['200 OK', '200 Fine']], /no request/, []],
  ])('%s with %j is none', (slug, changes, reason, fields) => {
    const decoded = decodeRequest(rel18, 'mcptt', 'publish', changed(slug, changes), rel18.values)
    expect(decoded).toHaveProperty('unrecognised', expect.stringMatching(reason))
    expect(decoded.problems.map(({ field }) => field)).toEqual(fields)
  })

  test.each<['publish' | 'register', string, Change]>([
    ['publish', publish, ['Expires: 3600', 'Expires: 0']],
    ['register', register, [/expires=3600/, 'expires=0']],
  ])('with an expiration of 0 a %s leaves the partner MC system', (alternative, slug, change) => {
    const decoded = decodeRequest(rel18, 'mcptt', alternative, changed(slug, [change]), rel18.values)
    expect(decoded).toMatchObject({ name: 'migration service de-authorization request', problems: [] })
  })

  test.each<[readonly Change[], RegExp]>([[[[/\r\n\r\n[\s\S]*/, '\r\n\r\n']], /without a body/]])(
    'REGISTER with %j is none',
    (changes, reason) => {
      const decoded = decodeRequest(rel18, 'mcptt', 'register', changed(register, changes), rel18.values)
      expect(decoded).toHaveProperty('unrecognised', expect.stringMatching(reason))
    },
  )
})
