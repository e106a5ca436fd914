import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRtcp, writeRtcp } from '#wire/rtcp'
import {
  fieldNamed,
  judgeFloorControl,
  messageOf,
  readFloorControl,
  writeFloorControl,
  type ControlName,
  type Field,
  type FieldName,
  type FieldValues,
  type FloorControlMessage,
  type Location,
  type Release,
} from './index.ts'

const octet = fc.integer({ min: 0, max: 255 })
const number16 = fc.integer({ min: 0, max: 0xffff })
const number24 = fc.integer({ min: 0, max: 0xff_ffff })
const number32 = fc.integer({ min: 0, max: 0xffff_ffff })
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const texts = fc.array(text, { maxLength: 3 })
const pair = fc.record({ value: octet, spare: octet })
const location: fc.Arbitrary<Location> = fc.oneof(
  fc.constant({ type: 'not-provided' as const }),
  fc.record({ type: fc.constant('cell' as const), plmn: number24, cell: number32 }),
  fc.record({ type: fc.constant('tracking-area' as const), plmn: number24, area: number16 }),
  fc.record({ type: fc.constant('plmn' as const), plmn: number24 }),
  fc.record({ type: fc.constant('service-area' as const), area: number16 }),
  fc.record({ type: fc.constant('mbsfn-area' as const), area: octet }),
  fc.record({ type: fc.constant('coordinates' as const), latitude: number24, longitude: number24 }),
)
const track = fc
  .record({
    queueing: octet,
    participantType: text,
    references: fc.array(number32, { maxLength: 3 }),
    inside: fc.boolean(),
  })
  .map(({ inside, ...rest }) => {
    const length = Buffer.byteLength(rest.participantType)
    return { ...rest, padding: inside ? (4 - (length % 4)) % 4 : 0 }
  })
const subchannel = fc
  .record({
    audioLine: fc.nat(15),
    floorLine: fc.nat(15),
    version: fc.nat(1),
    spare: fc.nat(15),
    port: number32,
    mediaPort: number32,
  })
  .chain(({ port, ...rest }) => {
    const size = rest.version === 0 ? 4 : 16
    return fc.record({
      ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, fc.constant(value)])),
      floorPort: fc.constant(rest.floorLine === 0 ? undefined : port),
      address: fc.uint8Array({ minLength: size, maxLength: size }),
    }) as unknown as fc.Arbitrary<FieldValues['subchannel']>
  })

/** Any value of each field, reserved ones too. */
const values: { readonly [K in FieldName]: fc.Arbitrary<FieldValues[K]> } = {
  'floor-priority': pair,
  duration: number16,
  'reject-cause': fc.record({ cause: number16, phrase: text }),
  'queue-info': fc.record({ position: octet, priority: octet }),
  'granted-party': text,
  permission: number16,
  'user-id': text,
  'queue-size': number16,
  'message-sequence-number': number16,
  'queued-user-id': text,
  source: number16,
  'track-info': track,
  'message-type': pair,
  'floor-indicator': number16,
  ssrc: fc.record({ ssrc: number32, spare: number16 }),
  'granted-users': texts,
  ssrcs: fc.record({ ssrcs: fc.array(number32, { maxLength: 4 }), spare: fc.nat(3) }),
  'functional-alias': text,
  'functional-aliases': texts,
  location,
  locations: fc.array(location, { maxLength: 4 }),
  'queued-requests-purpose': number16,
  'queued-users': texts,
  'response-state': number16,
  'media-flow-control': pair,
  'revoke-request-user-id': text,
  'media-streams': fc.uint8Array({ maxLength: 20 }),
  'session-identity': fc.record({ sessionType: octet, identity: text }),
  'warning-text': text,
  'group-identity': text,
  'answer-state': number16,
  'inviting-user': text,
  'reason-code': number16,
  subchannel,
  tmgi: fc.uint8Array({ maxLength: 20 }),
  'transmission-priority': pair,
  'transmitting-user': text,
  'transmission-indicator': number16,
  'audio-ssrc': fc.record({ ssrc: number32, spare: number16 }),
  result: number16,
  'message-name': fc.constantFrom('MCV0', 'MCV1', 'MCV2'),
  'overriding-id': text,
  'overridden-id': text,
  'reception-priority': pair,
  'reception-mode': number16,
  'video-ssrc': fc.record({ ssrc: number32, spare: number16 }),
}

const message: fc.Arbitrary<FloorControlMessage> = fc
  .constantFrom<ControlName[]>('MCPT', 'MCPC', 'MCMC', 'MCCP', 'MCV0', 'MCV1', 'MCV2')
  .chain((control) => {
    const names = (Object.keys(values) as FieldName[]).filter((name) => fieldNamed(control, name) !== undefined)
    const known = fc
      .constantFrom(...names)
      .chain((name) => values[name].map((value) => ({ field: name, value }) as Field))
    const unknown = fc
      .record({ id: fc.integer({ min: 30, max: 255 }), octets: fc.uint8Array({ maxLength: 80 }) })
      .map((one): Field => ({ field: 'unknown', ...one }))
    return fc.record({
      control: fc.constant(control),
      subtype: fc.nat(15),
      acknowledge: fc.boolean(),
      ssrc: number32,
      fields: fc.array(fc.oneof({ weight: 5, arbitrary: known }, { weight: 1, arbitrary: unknown }), { maxLength: 6 }),
    })
  })

const onTheWire = (from: FloorControlMessage): Uint8Array =>
  Uint8Array.from(writeRtcp([{ kind: 'application', padding: new Uint8Array(), ...writeFloorControl(from) }]))

const readOne = (octets: Uint8Array) => {
  const packet = readRtcp(octets).packets[0]?.packet
  return packet?.kind === 'application' ? readFloorControl(packet) : undefined
}

describe('floor control', () => {
  test('every message is read as it was written', () => {
    fc.assert(
      fc.property(message, (written) => {
        const reading = readOne(onTheWire(written))
        expect(reading?.diagnostics).toEqual([])
        expect(reading?.message).toEqual(written)
      }),
      { numRuns: 2000 },
    )
  })

  test('whatever came is written again octet by octet, or said to be wrong, and nothing is thrown', () => {
    const field = fc.tuple(fc.nat(26), fc.nat(12), fc.uint8Array({ maxLength: 14 }))
    const near = fc
      .array(field, { maxLength: 6 })
      .map((list) => list.flatMap(([id, length, rest]) => [id, length, ...rest]))
    fc.assert(
      fc.property(fc.nat(31), fc.oneof(near, fc.array(octet, { maxLength: 60 })), (subtype, tail) => {
        const data = Uint8Array.from([...tail, 0, 0, 0].slice(0, tail.length - (tail.length % 4)))
        const reading = readFloorControl({ name: 'MCPT', subtype, ssrc: 1, data })
        if (reading === undefined) throw new Error('MCPT is known')
        for (const { offset } of judgeFloorControl(reading)) expect(offset).toBeLessThanOrEqual(12 + data.length)
        if (reading.diagnostics.every(({ rule }) => rule !== 'field-padding'))
          expect(Buffer.from(writeFloorControl(reading.message).data).toString('hex')).toBe(
            Buffer.from(data).toString('hex'),
          )
      }),
      { numRuns: 5000 },
    )
  })

  test('a value too long for its length, or a field of another kind of message, is refused', () => {
    const from = (fields: readonly Field[]): FloorControlMessage => ({
      control: 'MCPC',
      subtype: 0,
      acknowledge: false,
      ssrc: 1,
      fields,
    })
    expect(() => writeFloorControl(from([{ field: 'warning-text', value: 'x'.repeat(256) }]))).toThrow('256 octets')
    expect(() => writeFloorControl(from([{ field: 'duration', value: 1 }]))).toThrow('MCPC has no field duration')
  })

  test('another name is no control message', () => {
    expect(readFloorControl({ name: 'PoC1', subtype: 0, ssrc: 1, data: new Uint8Array() })).toBeUndefined()
  })
})

describe('transmission control of MCVideo', () => {
  test('one subtype is another message under each name', () => {
    const titles = (['MCV0', 'MCV1', 'MCV2'] as const).map((control) => messageOf(control, 0)?.title)
    expect(titles).toEqual(['Transmission Request', 'Transmission Granted', 'Transmission End Request'])
    expect(messageOf('MCV0', 1)).toBeUndefined()
  })

  test('a field of another protocol is refused', () => {
    const wrong = { subtype: 0, acknowledge: false, ssrc: 1, fields: [{ field: 'result', value: 1 }] } as const
    expect(() => writeFloorControl({ control: 'MCPT', ...wrong })).toThrow('MCPT has no field result')
  })
})

describe('releases', () => {
  const titles = (subtype: number): (string | undefined)[] =>
    ([13, 15, 17, 18, 19] as const).map((release) => messageOf('MCPT', subtype, release)?.title)

  test.each<[number, (string | undefined)[]]>([
    [0, ['Floor Request', 'Floor Request', 'Floor Request', 'Floor Request', 'Floor Request']],
    [7, [undefined, undefined, undefined, undefined, 'Floor Revoke Request']],
    [11, [undefined, undefined, ...Array.from({ length: 3 }, () => 'Unicast Media Flow Control')]],
    [14, [undefined, undefined, 'Floor Queued Cancel', 'Queued Floor Requests', 'Queued Floor Requests']],
    [15, [undefined, ...Array.from({ length: 4 }, () => 'Floor Release Multi Talker')]],
  ])('subtype %i', (subtype, expected) => {
    expect(titles(subtype)).toEqual(expected)
  })

  test.each<[Release, string[]]>([
    [13, ['message-unknown', 'field-too-new']],
    [15, ['message-unknown']],
    [19, []],
  ])('a Floor Revoke Request with a functional alias, judged by Rel-%i', (release, rules) => {
    const octets = onTheWire({
      control: 'MCPT',
      subtype: 7,
      acknowledge: false,
      ssrc: 1,
      fields: [{ field: 'functional-alias', value: 'sip:driver@mc.example' }],
    })
    expect(judgeFloorControl(readOne(octets)!, 0, release).map(({ rule }) => rule)).toEqual(rules)
  })
})
