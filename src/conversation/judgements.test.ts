import { describe, expect, test } from 'vitest'
import { end } from '../wire/capture/recorded.testing.ts'
import {
  answer,
  answered,
  asked,
  contact,
  explained,
  info,
  invite,
  mcpttFields,
  offer,
  rules,
  sdp,
  server,
  sip,
  type Said,
  type Written,
} from './example-call.testing.ts'

describe('what is judged', () => {
  const bye = (more: Partial<Written> = {}): string =>
    sip({ start: 'BYE sip:b@192.0.2.9 SIP/2.0', cseq: '2 BYE', toTag: 'b1', ...more })

  test('a call as it should be breaks no rule', () => {
    const done = sip({ start: 'SIP/2.0 200 OK', cseq: '2 BYE', toTag: 'b1' })
    const acknowledge = sip({ start: 'ACK sip:b@192.0.2.9 SIP/2.0', cseq: '1 ACK', toTag: 'b1' })
    expect(
      rules([
        asked(invite(), 'tcp'),
        answered(answer(), 'tcp'),
        asked(acknowledge, 'tcp'),
        asked(bye(), 'tcp'),
        answered(done, 'tcp'),
      ]),
    ).toEqual([])
  })

  test.each<[string, string, readonly Said[]]>([
    ['Contact in BYE', 'header-field-not-applicable RFC 3261 20 table 2', [asked(bye({ fields: [contact] }))]],
    [
      'CSeq that does not grow',
      'cseq-not-increased RFC 3261 12.2.1.1',
      [asked(invite()), answered(answer()), asked(bye({ cseq: '1 BYE' }))],
    ],
    [
      'an ACK with a number of its own',
      'cseq-differs RFC 3261 13.2.2.4',
      [
        asked(invite()),
        answered(answer()),
        asked(sip({ start: 'ACK sip:b@192.0.2.9 SIP/2.0', cseq: '7 ACK', toTag: 'b1' })),
      ],
    ],
    [
      'a response without a tag',
      'response-to-tag-missing RFC 3261 8.2.6.2',
      [asked(invite()), answered(sip({ start: 'SIP/2.0 486 Busy Here', cseq: '1 INVITE' }))],
    ],
    [
      'a response with a Via more',
      'response-via-differs RFC 3261 8.2.6.2',
      [
        asked(invite()),
        answered(answer({ vias: ['192.0.2.1:5060;branch=z9hG4bK1INVITE', '192.0.2.7;branch=z9hG4bKx'] })),
      ],
    ],
    [
      'a reliable response unasked for',
      'reliable-response-unasked RFC 3262 3',
      [
        asked(invite()),
        answered(
          sip({
            start: 'SIP/2.0 180 Ringing',
            cseq: '1 INVITE',
            toTag: 'b1',
            fields: [contact, 'Require: 100rel', 'RSeq: 1'],
          }),
        ),
      ],
    ],
    [
      'an answer with a medium less',
      'answer-media-count RFC 3264 6',
      [asked(invite()), answered(answer({ body: sdp('192.0.2.9', 50000).split('m=application')[0] ?? '' }))],
    ],
    [
      'an answer with a parameter nobody offered',
      'floor-parameter-unasked TS 24.380 14.3.3',
      [asked(invite()), answered(answer({ body: sdp('192.0.2.9', 50000, 'mc_implicit_request') }))],
    ],
    [
      'an answer with a higher priority',
      'floor-priority-raised TS 24.380 14.3.3',
      [asked(invite()), answered(answer({ body: sdp('192.0.2.9', 50000, 'mc_priority=7') }))],
    ],
    [
      'an INVITE that asks for no feature',
      'accept-contact-missing TS 24.379 6.3.2.1',
      [asked(invite({ fields: [contact, mcpttFields[3] ?? '', offer.field] }))],
    ],
    [
      'an INVITE without mcptt-info',
      'mcptt-info-missing TS 24.379 11.1.1.2.1.1',
      [asked(invite({ fields: [...mcpttFields, 'Content-Type: application/sdp'], body: sdp('192.0.2.1', 40000) }))],
    ],
    [
      'a private call to nobody',
      'called-party-count TS 24.379 11.1.1.2.1.1',
      [
        asked(
          invite({
            fields: [...mcpttFields, 'Content-Type: application/vnd.3gpp.mcptt-info+xml'],
            body: info('<session-type>private</session-type>'),
          }),
        ),
      ],
    ],
    [
      'mcptt-info that breaks its schema',
      'xml-schema TS 24.379 F.1',
      [
        asked(
          invite({
            fields: [...mcpttFields, 'Content-Type: application/vnd.3gpp.mcptt-info+xml'],
            body: info('<nonsense/>'),
          }),
        ),
      ],
    ],
    [
      'XML cut off',
      'xml-well-formed XML 1.0 2.1',
      [
        asked(
          invite({ fields: [...mcpttFields, 'Content-Type: application/vnd.3gpp.mcptt-info+xml'], body: '<mcpttinfo' }),
        ),
      ],
    ],
    [
      'SDP without a version',
      'sdp-line-missing RFC 8866 5.1',
      [asked(invite({ fields: [...mcpttFields, 'Content-Type: application/sdp'], body: 's=-\r\n' }))],
    ],
    [
      'a multipart without a boundary',
      'multipart-boundary-missing RFC 2046 5.1',
      [asked(invite({ fields: [...mcpttFields, 'Content-Type: multipart/mixed'] }))],
    ],
    [
      'a message that is none',
      'start-line-unreadable RFC 3261 7',
      [asked(invite()), asked('INVITE without more\r\n\r\n')],
    ],
    [
      'a proxy that does not count down',
      'max-forwards-not-decremented RFC 3261 16.6',
      [
        asked(invite()),
        {
          from: server,
          to: end('192.0.2.20', 5060),
          text: invite({ vias: ['192.0.2.9;branch=z9hG4bKp', '192.0.2.1:5060;branch=z9hG4bK1INVITE'] }),
        },
      ],
    ],
  ])('%s', (_, rule, said) => {
    expect(rules(said)).toContain(rule)
  })

  test('every finding lies within its message', () => {
    for (const { findings, ...entry } of explained([
      asked(invite({ fields: ['Content-Type: x'] })),
      asked(bye({ fields: [contact] })),
    ]).entries)
      for (const { offset } of findings)
        expect(offset).toBeLessThanOrEqual(entry.kind === 'sip' ? entry.message.octets.length : 0)
  })
})
