import { rel18 } from '#bindings'
import { expect, test } from 'vitest'
import { judgeLegality } from '../legality.ts'
import { systemsFor, userOf } from '../world.ts'
import { elementScenarios } from './element.ts'

const invite = (body: string): Uint8Array =>
  Buffer.from(
    [
      'INVITE sip:b@example.com SIP/2.0',
      'Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKfz1',
      'Max-Forwards: 70',
      'From: <sip:a@example.com>;tag=1',
      'To: <sip:b@example.com>',
      'Call-ID: fz1',
      'CSeq: 1 INVITE',
      'Contact: <sip:a@127.0.0.1>',
      'Content-Type: application/sdp',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  )

const description =
  'v=0\r\no=- 1 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n'

test.each([
  [description, []],
  [description.replace('t=0 0', 't=0'), ['sdp-t-malformed']],
  [` \r\n${description}`, ['sdp-line-malformed']],
])('a session description that cannot be read may be called malformed', (body, rules) => {
  const scenario = elementScenarios.find(({ id }) => id.startsWith('element/invite'))
  const said = scenario?.judge(judgeLegality(invite(body), rel18, 'mcptt', true), userOf(0, systemsFor('element')))
  expect(said?.map(({ rule, reaction }) => [rule, reaction])).toEqual(rules.map((rule) => [rule, 'either']))
})
