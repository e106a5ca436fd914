import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readRtcp, writeRtcp } from '#wire/rtcp'
import { outsideProgram } from '../../report/outside-program.ts'
import { end, pcapng, udp } from '../capture/recorded.testing.ts'
import { readDifferences, type Differences } from './dissector-differences.testing.ts'
import { fields, said } from './dissector-fields.testing.ts'
import {
  messageOf,
  messages,
  readFloorControl,
  writeFloorControl,
  type ControlName,
  type Field,
  type FloorControlReading,
} from './index.ts'
import { vectorFiles } from './vector-files.testing.ts'

// What others read in our octets: the vectors, which our writer gives octet by octet, through tshark's dissector.

const directory = mkdtempSync(join(tmpdir(), 'mcx-floor-control-'))
afterAll(() => rmSync(directory, { recursive: true }))

const read = (octets: Uint8Array): FloorControlReading => {
  const packet = readRtcp(octets).packets[0]?.packet
  const reading = packet?.kind === 'application' ? readFloorControl(packet) : undefined
  if (reading === undefined) throw new Error('the vector is no control message')
  return reading
}

/** Fields that the dissector shows as octets, by the difference that explains them. */
const asOctets = (field: Field): string | undefined => {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- all others have fields of their own
  switch (field.field) {
    case 'queued-requests-purpose':
    case 'queued-users':
    case 'response-state':
    case 'media-flow-control':
      return 'fields-21-to-24'
    case 'revoke-request-user-id':
      return 'field-25'
    case 'unknown':
      return field.id >= 102 && field.id <= 116 ? 'early-field-numbers' : 'unknown-fields'
    default:
      return undefined
  }
}

const shown = [
  ...['_ws.malformed', 'rtcp.app.name', 'rtcp.app.subtype', 'rtcp.ssrc.identifier', '_ws.col.Info'],
  ...['rtcp.mcptt.fld_val', 'rtcp.app.data', ...fields],
]

function dissect(datagrams: readonly Uint8Array[]): readonly string[][] {
  const path = join(directory, 'messages.pcapng')
  const packets = datagrams.map((octets, at) => {
    return { at, octets: udp(end('127.0.0.1', 40_000), end('127.0.0.1', 40_002), octets) }
  })
  writeFileSync(path, pcapng(packets))
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

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

/** Holds what tshark shows of a message against what we read in it. */
function compare(title: string, octets: Uint8Array, row: readonly string[], { meet }: Differences): void {
  const reading = read(octets)
  const { control, subtype, acknowledge, ssrc, fields: own } = reading.message
  const [malformed, name, number, source, info, unknown = '', data = '', ...values] = row
  const astray = own.some(({ field }) => field === 'locations')
  if (astray) meet('locations')
  expect({ title, malformed, name, source }).toEqual({
    ...{ title, malformed: astray ? expect.any(String) : '', name: control },
    source: `0x${ssrc.toString(16).padStart(8, '0')}`,
  })
  const whole = subtype | (acknowledge ? 0x10 : 0)
  expect(Number(number), title).toBe(whole)
  if (control !== 'MCPT' && control !== 'MCCP') {
    meet(control)
    expect(data, title).toBe(hex(octets.subarray(12)))
    return
  }

  const titles = messageOf(control, subtype)?.title ?? ''
  if (acknowledge) meet('acknowledgement')
  else if (subtype === 7) meet('subtype-7')
  else if (subtype === 14) {
    meet('subtype-14')
    expect(info, title).toContain('Floor Queued Cancel')
  } else expect(info, title).toContain(titles)
  if (acknowledge && (subtype === 3 || subtype === 6)) meet('acknowledged-causes')
  if (control === 'MCCP' && own.some(({ field }) => field === 'group-identity')) meet('MCCP-field-3')

  const plain = own.flatMap((field, index) => {
    const difference = asOctets(field)
    if (difference === undefined) return []
    meet(difference)
    const span = reading.spans[index]
    const head = field.field === 'unknown' && field.id >= 192 ? 3 : 2
    return span === undefined ? [] : [hex(octets.subarray(span.start + head, span.end))]
  })
  expect(unknown.split('|').filter(Boolean), title).toEqual(plain)
  const expected = own.flatMap((field) => said(field, whole))
  fields.forEach((field, at) => {
    const ours = expected.filter(([one]) => one === field).map(([, value]) => value)
    const theirs = (values[at] ?? '').split('|').filter(Boolean)
    expect(astray ? theirs.slice(0, ours.length) : theirs, `${title}: ${field}`).toEqual(ours)
  })
}

const tshark = outsideProgram('tshark')

const written = (
  subtype: number,
  acknowledge: boolean,
  those: readonly Field[],
  control: ControlName = 'MCPT',
): Uint8Array => {
  const message = { control, subtype, acknowledge, ssrc: 0x9468_ec90, fields: those }
  return writeRtcp([{ kind: 'application', padding: new Uint8Array(0), ...writeFloorControl(message) }])
}

/** Beyond the vectors: fields of early drafts, and every message once more with the acknowledgement asked for. */
const others: readonly (readonly [title: string, octets: Uint8Array])[] = [
  [
    'early field numbers',
    // Alone it would not show them at all.
    written(0, false, [
      { field: 'unknown', id: 102, octets: Uint8Array.of(5, 0) },
      { field: 'unknown', id: 116, octets: Uint8Array.of(0x80, 0) },
    ]),
  ],
  [
    'Unmap Group To Bearer by its early name',
    written(
      1,
      false,
      [
        { field: 'tmgi', value: Uint8Array.of(0, 0, 1, 0, 0xf1, 0x10) },
        { field: 'group-identity', value: 'sip:group-7@mc-a.example' },
      ],
      'MCCP',
    ),
  ],
  ...messages
    .filter(({ control, until }) => control === 'MCPT' && until === undefined)
    .map(({ title, subtype }): readonly [string, Uint8Array] => [
      `${title}, acknowledgement asked`,
      written(subtype, true, [
        { field: 'reject-cause', value: { cause: 1, phrase: 'busy' } },
        { field: 'floor-indicator', value: 0x9400 },
      ]),
    ]),
]

test.skipIf(tshark.missing)(`tshark reads in every message what we wrote${tshark.reason}`, { timeout: 60_000 }, () => {
  const legal = vectorFiles
    .filter(({ reading }) => !/^error /m.test(reading) && !/^warning (?:field-padding|message-unknown)/m.test(reading))
    .map(({ title, octets }): readonly [string, Uint8Array] => [title, octets])
  const all = [...legal, ...others]
  const rows = dissect(all.map(([, octets]) => octets))
  expect(rows).toHaveLength(all.length)
  const differences = readDifferences()
  all.forEach(([title, octets], index) => compare(title, octets, rows[index] ?? [], differences))
  expect(differences.unmet()).toEqual([])
  // Every message of every table of TS 24.380 8 was shown.
  const seen = new Set(all.map(([, octets]) => read(octets).message).map((one) => `${one.control} ${one.subtype}`))
  expect(messages.map(({ control, subtype }) => `${control} ${subtype}`).filter((one) => !seen.has(one))).toEqual([])
})
