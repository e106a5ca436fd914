import { describe, expect, test } from 'vitest'
import { writeFloorControl, type Field } from '#wire/floor-control'
import { writeRtcp } from '#wire/rtcp'
import { writeRtp } from '#wire/rtp'
import { end } from '../wire/capture/recorded.testing.ts'
import {
  answer,
  answered,
  asked,
  contact,
  explained,
  invite,
  rules,
  server,
  sip,
  told,
  type Said,
} from './example-call.testing.ts'
import { summaryOf } from './index.ts'

describe('what is told', () => {
  test('an emergency group call, accepted', () => {
    const text = told([asked(invite()), answered(answer())])
    expect(text).toContain(
      'alice calls group-7: prearranged group call; emergency; offers audio AMR-WB at port 40000; offers',
    )
    expect(text).toContain('floor control at port 40002, queueing, priority 5')
    expect(text).toContain('group-7 accepts the call')
    // The server answers for the group, and is not it.
    expect(text).toContain('server: server; SIP 192.0.2.9:5060')
    expect(text).toContain(
      'Call: alice to group-7, prearranged, asked for at 0.000 s, accepted after 1.0 ms, not ended in this capture',
    )
  })

  test('a refusal with the reason of the service', () => {
    const refusal = sip({
      start: 'SIP/2.0 403 Forbidden',
      cseq: '1 INVITE',
      toTag: 'b1',
      fields: ['Warning: 399 mc.example "116 user is not part of the MCPTT group"'],
    })
    const text = told([asked(invite()), answered(refusal)])
    expect(text).toContain('Forbidden; warning: 116 user is not part of the MCPTT group')
    expect(text).toContain('refused with 403')
  })

  test('messages of other kinds', () => {
    const affiliation =
      '<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:alice@mc.example"><tuple id="c"><status><affiliation xmlns="urn:3gpp:ns:mcpttPresInfo:1.0" group="sip:group-7@mc.example" status="affiliating"/></status></tuple></presence>'
    const settings =
      '<?xml version="1.0"?><poc-settings xmlns="urn:oma:params:xml:ns:poc:poc-settings"><entity id="c"><am-settings><answer-mode>automatic</answer-mode></am-settings></entity></poc-settings>'
    const publish = (cseq: string, fields: readonly string[], body: string): Said =>
      asked(sip({ start: 'PUBLISH sip:pf@mc.example SIP/2.0', cseq, fields, body }))
    const text = told([
      publish('1 PUBLISH', ['Event: presence', 'Content-Type: application/pidf+xml'], affiliation),
      publish('2 PUBLISH', ['Event: poc-settings', 'Content-Type: application/poc-settings+xml'], settings),
      asked(
        sip({
          start: 'SUBSCRIBE sip:pf@mc.example SIP/2.0',
          cseq: '3 SUBSCRIBE',
          fields: [contact, 'Event: conference'],
        }),
      ),
      asked(sip({ start: 'OPTIONS sip:pf@mc.example SIP/2.0', cseq: '4 OPTIONS' })),
      asked(sip({ start: 'CANCEL sip:pf@mc.example SIP/2.0', cseq: '5 CANCEL' })),
    ])
    expect(text).toContain('alice publishes presence; affiliating to group-7')
    expect(text).toContain('alice publishes poc-settings; answer mode automatic')
    expect(text).toContain('alice subscribes to conference')
    expect(text).toContain('alice asks what group-7 can do')
    expect(text).toContain('alice gives up calling group-7')
  })

  test('over TCP, in pieces, two at once', () => {
    const whole = invite() + sip({ start: 'OPTIONS sip:pf@mc.example SIP/2.0', cseq: '2 OPTIONS' })
    const pieces = [whole.slice(0, 100), whole.slice(100, 900), whole.slice(900)]
    const conversation = explained(pieces.map((text) => asked(text, 'tcp')))
    expect(summaryOf(conversation)).toMatchObject({
      sipMessages: 2,
      requests: { INVITE: 1, OPTIONS: 1 },
      unexplained: 0,
    })
    expect(conversation.entries.map(({ packet }) => packet)).toEqual([3, 3])
  })

  test('what is sent again is said, and not judged as new', () => {
    const text = told([asked(invite()), asked(invite()), answered(answer()), answered(answer())])
    expect(text).toContain('sent again, first as #1')
    expect(text).toContain('sent again, first as #3')
    expect(text).toMatch(/Retransmissions +2/)
    expect(text).toMatch(/Transactions +1\n/)
  })

  test('more parties than lanes', () => {
    const said = Array.from({ length: 9 }, (_, index): Said => {
      const text = sip({
        start: 'OPTIONS sip:pf@mc.example SIP/2.0',
        cseq: `${index + 1} OPTIONS`,
        callId: `call-${index}`,
      })
      return { from: end(`192.0.2.${index + 20}`, 5060), to: server, text }
    })
    expect(told(said, 80)).toContain('→ 192.0.2.9:5060  OPTIONS')
  })
})

describe('media', () => {
  const [ours, theirs] = [end('192.0.2.1', 40002), end('192.0.2.9', 50002)]
  const control = (subtype: number, fields: readonly Field[] = [], ssrc = 1): Uint8Array =>
    writeRtcp([
      {
        kind: 'application',
        padding: new Uint8Array(),
        ...writeFloorControl({ control: 'MCPT', subtype, acknowledge: false, ssrc, fields }),
      },
    ])
  const up = (octets: Uint8Array): Said => ({ from: ours, to: theirs, text: octets })
  const down = (octets: Uint8Array): Said => ({ from: theirs, to: ours, text: octets })
  const call = [asked(invite()), answered(answer())]
  const request = control(0, [{ field: 'floor-priority', value: { value: 5, spare: 0 } }])

  test('floor control in words, who asks is answered', () => {
    const said = [
      ...call,
      up(request),
      down(control(1, [{ field: 'duration', value: 30 }], 9)),
      up(control(4)),
      down(control(5, [{ field: 'message-sequence-number', value: 3 }], 9)),
      down(
        control(
          2,
          [
            { field: 'granted-party', value: 'sip:carol@mc.example' },
            { field: 'permission', value: 1 },
          ],
          9,
        ),
      ),
      up(request),
      down(control(3, [{ field: 'reject-cause', value: { cause: 1, phrase: 'carol talks' } }], 9)),
      up(control(4)),
      down(control(9, [{ field: 'queue-info', value: { position: 2, priority: 7 } }], 9)),
    ]
    const text = told(said)
    for (const sentence of [
      'alice asks for the floor with priority 5',
      'the floor is granted for 30 s',
      'alice releases the floor',
      'nobody has the floor',
      'carol has the floor, others may ask for it',
      'the floor is denied: another client has permission (carol talks)',
      'queued at position 2 with priority 7',
    ])
      expect(text).toContain(sentence)
    expect(rules(said).filter((rule) => rule.includes('TS 24.380'))).toEqual([])
  })

  test('a request that is given up unanswered', () => {
    expect(rules([...call, up(request), up(control(4))])).toContain('floor-request-unanswered TS 24.380 6.3.5')
    // It may be answered after the end of the capture.
    expect(rules([...call, up(request)])).not.toContain('floor-request-unanswered TS 24.380 6.3.5')
  })

  test('RTP where SDP announces it, told once a stream', () => {
    const packet = (sequence: number): Uint8Array =>
      writeRtp({
        marker: false,
        payloadType: 96,
        sequence,
        timestamp: sequence * 320,
        ssrc: 0xabcd,
        contributingSources: [],
        extension: undefined,
        payload: new Uint8Array(40),
        padding: new Uint8Array(),
      })
    const media = Array.from({ length: 50 }, (_, index): Said => ({
      from: end('192.0.2.1', 40000),
      to: end('192.0.2.9', 50000),
      text: packet(index),
    }))
    const conversation = explained([...call, ...media])
    expect(summaryOf(conversation)).toMatchObject({ rtpPackets: 50, unexplained: 0 })
    expect(conversation.entries).toHaveLength(3)
    expect(told([...call, ...media])).toContain('50 packets in 0.0 s, 2000 octets, payload type 96, SSRC 0000abcd')
  })

  test('without SDP only what is floor control beyond doubt', () => {
    expect(summaryOf(explained([up(request)]))).toMatchObject({ floorMessages: { 'Floor Request': 1 }, unexplained: 0 })
    expect(summaryOf(explained([up(Buffer.from('80cc0009', 'hex'))]))).toMatchObject({
      rtcpDatagrams: 0,
      unexplained: 1,
    })
  })
})
