import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readRtcp } from '#wire/rtcp'
import { outsideProgram } from '../../report/outside-program.ts'
import { messages, readFloorControl, type Field, type FloorControlMessage, type Location } from './index.ts'
import { vectorFiles } from './vector-files.testing.ts'

// What others read in our octets: the vectors, which our writer gives octet by octet, through tshark's dissector.

const directory = mkdtempSync(join(tmpdir(), 'mcx-floor-control-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** Subtypes that the dissector has no name for. */
const unnamed = new Set([7])

const read = (octets: Uint8Array): FloorControlMessage => {
  const packet = readRtcp(octets).packets[0]?.packet
  const reading = packet?.kind === 'application' ? readFloorControl(packet) : undefined
  if (reading === undefined) throw new Error('the vector is no control message')
  return reading.message
}

type Said = readonly (readonly [field: string, value: string])[]

const data = (name: string, value: number): Said[number] => [`rtcp.app_data.mcptt.${name}`, String(value)]
const text = (name: string, value: string): Said[number] => [name, value]

function locationSaid(location: Location): Said {
  switch (location.type) {
    case 'not-provided':
      return [data('loc_type', 0)]
    case 'cell':
      return [
        data('loc_type', 1),
        data('cellid', location.cell & 0xff),
        data('enodebid', (location.cell >>> 8) & 0xf_ffff),
      ]
    case 'tracking-area':
      return [data('loc_type', 2), data('tac', location.area)]
    case 'plmn':
      return [data('loc_type', 3)]
    case 'service-area':
      return [data('loc_type', 4), data('mbms_serv_area', location.area)]
    case 'mbsfn-area':
      return [data('loc_type', 5), data('mbsfn_area_id', location.area)]
    case 'coordinates':
      return [data('loc_type', 6), data('lat', location.latitude), data('long', location.longitude)]
  }
}

/** The dissector's fields for one of ours. */
function said(field: Field, subtype: number): Said {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what the dissector does not know has no fields in it
  switch (field.field) {
    case 'floor-priority':
      return [data('priority', field.value.value)]
    case 'duration':
      return [data('duration', field.value)]
    case 'reject-cause': {
      const table = subtype === 3 ? '.floor_deny' : subtype === 6 ? '.floor_revoke' : ''
      const phrase = field.value.phrase === '' ? [] : [text('rtcp.mcptt.rej_phrase', field.value.phrase)]
      return [data(`rej_cause${table}`, field.value.cause), ...phrase]
    }
    case 'queue-info':
      return [data('queue_pos_inf', field.value.position), data('queue_pri_lev', field.value.priority)]
    case 'granted-party':
      return [text('rtcp.mcptt.granted_partys_id', field.value)]
    case 'permission':
      return [data('perm_to_req_floor', field.value)]
    case 'user-id':
      return [text('rtcp.app_data.mcptt.user_id', field.value)]
    case 'queue-size':
      return [data('queue_size', field.value)]
    case 'message-sequence-number':
      return [data('msg_seq_num', field.value)]
    case 'queued-user-id':
      return [text('rtcp.mcptt.queued_user_id', field.value)]
    case 'source':
      return [data('source', field.value)]
    case 'track-info':
      return [
        data('queueing_cap', field.value.queueing),
        data('part_type_len', Buffer.byteLength(field.value.participantType)),
        text('rtcp.mcptt.participant_type', field.value.participantType),
        ...field.value.references.map((one) => data('floor_participant_ref', one)),
      ]
    case 'message-type':
      return [data('msg_type', field.value.value)]
    case 'floor-indicator':
      return [data('floor_ind', field.value)]
    case 'ssrc':
      return [data('rtcp', field.value.ssrc)]
    case 'granted-users':
      return [
        data('num_users', field.value.length),
        ...field.value.map((one) => text('rtcp.app_data.mcptt.user_id', one)),
      ]
    case 'ssrcs':
      return [data('num_ssrc', field.value.ssrcs.length), ...field.value.ssrcs.map((one) => data('rtcp', one))]
    case 'functional-alias':
      return [text('rtcp.mcptt.func_alias', field.value)]
    case 'functional-aliases':
      return [data('num_fa', field.value.length), ...field.value.map((one) => text('rtcp.mcptt.func_alias', one))]
    case 'location':
      return locationSaid(field.value)
    case 'locations':
      return [data('num_loc', field.value.length), ...field.value.slice(0, 1).flatMap(locationSaid)]
    case 'subchannel': {
      const { audioLine, floorLine, version, floorPort, mediaPort, address } = field.value
      const mccp = (name: string, value: number | string): Said[number] => [`rtcp.app_data.mccp.${name}`, String(value)]
      const shown = version === 0 ? address.join('.') : 'ff0e::abcd'
      return [
        mccp('audio_m_line_no', audioLine),
        mccp('floor_m_line_no', floorLine),
        mccp('ip_version', version),
        ...(floorPort === undefined ? [] : [mccp('floor_port_no', floorPort)]),
        mccp('media_port_no', mediaPort),
        mccp(version === 0 ? 'ipv4' : 'ipv6', shown),
      ]
    }
    default:
      // Fields that are younger than the dissector, or not in it: it shows their octets at least.
      return []
  }
}

/** Fields that the dissector shows as octets. */
const younger = new Set([
  'queued-requests-purpose',
  'queued-users',
  'response-state',
  'media-flow-control',
  'revoke-request-user-id',
  'unknown',
])

const names = [
  ...[
    'cellid',
    'duration',
    'enodebid',
    'floor_ind',
    'floor_participant_ref',
    'lat',
    'loc_type',
    'long',
    'mbms_serv_area',
  ],
  ...['mbsfn_area_id', 'msg_seq_num', 'msg_type', 'num_fa', 'num_loc', 'num_ssrc', 'num_users', 'part_type_len'],
  ...['perm_to_req_floor', 'priority', 'queue_pos_inf', 'queue_pri_lev', 'queue_size', 'queueing_cap', 'rej_cause'],
  ...['rej_cause.floor_deny', 'rej_cause.floor_revoke', 'rtcp', 'source', 'tac', 'user_id'],
].map((name) => `rtcp.app_data.mcptt.${name}`)
const subchannelNames = [
  'audio_m_line_no',
  'floor_m_line_no',
  'floor_port_no',
  'ip_version',
  'ipv4',
  'ipv6',
  'media_port_no',
]
const fields = [
  ...names,
  ...subchannelNames.map((name) => `rtcp.app_data.mccp.${name}`),
  ...['func_alias', 'granted_partys_id', 'participant_type', 'queued_user_id', 'rej_phrase'].map(
    (name) => `rtcp.mcptt.${name}`,
  ),
]

/** pcapng with one UDP datagram a packet, link type raw IP. */
function captureOf(datagrams: readonly Uint8Array[]): Buffer {
  const block = (type: number, body: Buffer): Buffer => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)])
    const [head, tail] = [Buffer.alloc(8), Buffer.alloc(4)]
    head.writeUInt32LE(type, 0)
    for (const [octets, at] of [
      [head, 4],
      [tail, 0],
    ] as const)
      octets.writeUInt32LE(padded.length + 12, at)
    return Buffer.concat([head, padded, tail])
  }
  const packet = (payload: Uint8Array): Buffer => {
    const header = Buffer.from('45000000000000004011000000000000000000009c409c4200000000', 'hex')
    header.writeUInt16BE(28 + payload.length, 2)
    header.writeUInt32BE(0x7f000001, 12)
    header.writeUInt32BE(0x7f000001, 16)
    header.writeUInt16BE(8 + payload.length, 24)
    const octets = Buffer.concat([header, payload])
    const info = Buffer.alloc(20)
    info.writeUInt32LE(octets.length, 12)
    info.writeUInt32LE(octets.length, 16)
    return block(6, Buffer.concat([info, octets]))
  }
  const section = Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex')
  return Buffer.concat([
    block(0x0a0d0d0a, section),
    block(1, Buffer.from('6500000000000000', 'hex')),
    ...datagrams.map(packet),
  ])
}

function dissect(datagrams: readonly Uint8Array[], shown: readonly string[]): readonly string[][] {
  const path = join(directory, `${datagrams.length}.pcapng`)
  writeFileSync(path, captureOf(datagrams))
  const wanted = shown.flatMap((name) => ['-e', name])
  const options = ['-n', '-d', 'udp.port==40002,rtcp', '-T', 'fields', '-E', 'aggregator=|', ...wanted]
  const output = execFileSync(tshark.path, ['-r', path, ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return output
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'))
}

const tshark = outsideProgram('tshark')

test.skipIf(tshark.missing)(`tshark reads in every message what we wrote${tshark.reason}`, { timeout: 60_000 }, () => {
  const legal = vectorFiles.filter(({ octets, reading }) => {
    const { control } = read(octets)
    return (control === 'MCPT' || control === 'MCCP') && !/^(?:error|warning) /m.test(reading)
  })
  const rows = dissect(
    legal.map(({ octets }) => octets),
    [
      '_ws.malformed',
      'rtcp.app.name',
      'rtcp.app.subtype',
      'rtcp.ssrc.identifier',
      '_ws.col.Info',
      'rtcp.mcptt.unknown_fld',
      ...fields,
    ],
  )
  expect(rows).toHaveLength(legal.length)
  legal.forEach(({ title, octets }, index) => {
    const message = read(octets)
    const [malformed, name, subtype, ssrc, info, unknown = '', ...values] = rows[index] ?? []
    // The dissector takes the length of a list of locations for that of each, and goes astray after the first.
    const astray = message.fields.some(({ field }) => field === 'locations')
    expect({ title, malformed, name, ssrc }).toEqual({
      title,
      malformed: astray ? expect.any(String) : '',
      name: message.control,
      ssrc: `0x${message.ssrc.toString(16).padStart(8, '0')}`,
    })
    expect(Number(subtype) & 0x0f, title).toBe(message.subtype)
    const definition = messages.find((one) => one.control === message.control && one.subtype === message.subtype)
    if (!message.acknowledge && !unnamed.has(message.subtype)) expect(info, title).toContain(definition?.title)
    expect(unknown.split('|').filter(Boolean)).toHaveLength(
      message.fields.filter(({ field }) => younger.has(field)).length,
    )
    // The dissector looks up the subtype with the bit that asks for an acknowledgement.
    const whole = message.subtype | (message.acknowledge ? 0x10 : 0)
    const expected = message.fields.flatMap((field) => said(field, whole))
    fields.forEach((field, at) => {
      const ours = expected.filter(([one]) => one === field).map(([, value]) => value)
      const theirs = (values[at] ?? '').split('|').filter(Boolean)
      expect(astray ? theirs.slice(0, ours.length) : theirs, `${title}: ${field}`).toEqual(ours)
    })
  })
  // The table of the dissector: all but Floor Revoke Request, which is younger.
  const seen = new Set(
    legal
      .map(({ octets }) => read(octets))
      .filter(({ control }) => control === 'MCPT')
      .map((one) => one.subtype),
  )
  expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15])
})
