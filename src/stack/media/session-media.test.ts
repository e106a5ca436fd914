import { describe, expect, test } from 'vitest'
import { readSdp } from '#wire/sdp'
import { answeredParameters, sessionMedia, writeFloorParameters } from './index.ts'

const description = (...lines: readonly string[]) =>
  sessionMedia(
    readSdp(
      Buffer.from(
        ['v=0', 'o=- 1 1 IN IP4 192.0.2.10', 's=-', 'c=IN IP4 192.0.2.10', 't=0 0', ...lines, ''].join('\r\n'),
      ),
    ),
  )
const audio = ['m=audio 40000 RTP/AVP 96', 'i=speech', 'a=rtpmap:96 AMR-WB/16000/1']

describe('media of a session description', () => {
  test('where audio and floor control go, and on which terms', () => {
    const { audio: speech, floor } = description(
      ...audio,
      'm=application 40002 udp MCPTT',
      'a=fmtp:MCPTT mc_queueing;mc_priority=5;mc_implicit_request;mc_ssrc=4294967295',
    )
    expect(speech).toEqual({
      remote: { address: '192.0.2.10', port: 40_000 },
      payloadType: 96,
      codec: 'AMR-WB',
      encrypted: false,
    })
    expect(floor).toMatchObject({ remote: { address: '192.0.2.10', port: 40_002 }, queueing: true, priority: 5 })
    expect(floor).toMatchObject({ implicitRequest: true, granted: false, ssrc: 0xffff_ffff })
  })

  test('what is refused or missing is not there', () => {
    expect(description(...audio).floor).toBeUndefined()
    expect(description('m=audio 0 RTP/AVP 96').audio).toBeUndefined()
    expect(description('m=audio 9 RTP/SAVP 96').audio?.encrypted).toBe(true)
  })

  test('an answer has nothing that the offer has not, and the lower priority', () => {
    const offered = description('m=application 9 udp MCPTT', 'a=fmtp:MCPTT mc_priority=7;mc_granted').floor!
    const answer = answeredParameters(offered, { queueing: true, priority: 3, grantedSsrc: 9 })
    expect(writeFloorParameters(answer)).toBe('a=fmtp:MCPTT mc_priority=3;mc_granted;mc_ssrc=9')
    const plain = description('m=application 9 udp MCPTT').floor!
    expect(writeFloorParameters(answeredParameters(plain, { queueing: true, priority: 3 }))).toBeUndefined()
  })
})
