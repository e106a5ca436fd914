import { describe, expect, test } from 'vitest'
import { changedExample, decodeChanged, exampleOf, problemsOf, type Change } from './example-changes.testing.ts'
import { decodeRequest, rel18, valuesOf } from './index.ts'

const invite = 'group-call-request'
const join = 'group-call-join-request-emergency-from-client'
const joinOfServer = 'group-call-join-request-emergency-between-servers'
const priority = /Resource-Priority:.*\r\n/
const affiliation = 'group-affiliation-request'
const departure = 'group-de-affiliation-request'
const call = 'TS 24.379 10.1.1'
const list = 'TS 24.379 9.2.1'
const ours = 'default-binding: docs/bindings.md'

describe('what is not as required in affiliation and in a group call is said with its basis', () => {
  test.each<[string, readonly Change[], readonly string[]]>([
    [invite, [], []],
    [invite, [['>prearranged<', '>chat<']], [`session-type, published: ${call}`]],
    [invite, [['>prearranged<', '>private<']], [`session-type, published: ${call}`]],
    [invite, [[/ *<mcptt-request-uri.*\r\n/, '']], [`mcptt-request-uri, published: ${call}`]],
    [invite, [[/ *<mcptt-calling-group-id.*\r\n/, '']], [`mcptt-calling-group-id, published: ${call}`]],
    [invite, [[/m=application.*\r\na=fmtp.*\r\n/, '']], ['sdp, published: TS 24.380 12.1']],
    [invite, [[/Contact: <.*\r\n/, '']], ['Contact, rfc: RFC 3261 8.1.1.8']],
    [invite, [[/P-Asserted-Service:.*\r\n/, '']], [`P-Asserted-Service, ${ours} service-headers`]],
    [join, [], []],
    [join, [[priority, '']], ['Resource-Priority, published: TS 24.379 6.2.8.1.2']],
    [join, [[priority, 'Resource-Priority: dsn.flash\r\n']], []],
    [
      join,
      [
        [priority, ''],
        ['<emergency-ind type="Normal"><mcpttBoolean>true', '<emergency-ind type="Normal"><mcpttBoolean>false'],
      ],
      [],
    ],
    [joinOfServer, [], []],
    [joinOfServer, [[priority, '']], [`Resource-Priority, ${ours} emergency`]],
    ['private-call-request-emergency', [], []],
    ['private-call-request-emergency', [[priority, '']], ['Resource-Priority, published: TS 24.379 6.2.8.3.3']],
    [affiliation, [], []],
    [affiliation, [['Expires: 4294967295', 'Expires: 3600']], [`Expires, ${ours} affiliation`]],
    [affiliation, [['entity="sip:visitor-17', 'entity="sip:visitor-18']], [`mcptt-request-uri, ${ours} affiliation`]],
    [affiliation, [['</tuple>', '</tuple><tuple id="other"><status/></tuple>']], [`tuple, published: ${list}`]],
    [departure, [], []],
    [departure, [['Expires: 0', 'Expires: 3600']], [`Expires, ${ours} affiliation`]],
    ['group-affiliation-response-accepted', [[/SIP-ETag:.*\r\n/, '']], ['SIP-ETag, rfc: RFC 3903 6']],
    ['group-call-response-accepted', [[/Contact:.*\r\n/, '']], ['Contact, rfc: RFC 3261 12.1.1']],
  ])('%s with %j', (slug, changes, expected) => {
    expect(problemsOf(decodeChanged(exampleOf(slug), changes))).toEqual(expected)
  })
})

test('what a client publishes is affiliation when it lists a group, and the end of it when it lists none', () => {
  const read = (slug: string, changes: readonly Change[]) =>
    decodeRequest(rel18, 'mcptt', 'publish', changedExample(exampleOf(slug), changes), valuesOf(rel18, 'mcptt'))
  expect(read(affiliation, [])).toHaveProperty('name', 'group affiliation request')
  expect(read(affiliation, [[/ *<affiliation.*\r\n/, '']])).toHaveProperty('name', 'group de-affiliation request')
  expect(read(affiliation, [['Event: presence', 'Event: poc-settings']])).not.toHaveProperty(
    'name',
    'group affiliation request',
  )
})
