import { expect, test } from 'vitest'
import { readRtcp, writeRtcp } from '#wire/rtcp'
import { judgeFloorControl, messageOf, messages, readFloorControl, writeFloorControl, type Field } from './index.ts'
import { vectorFiles } from './vector-files.testing.ts'

const hex = (octets: Uint8Array): string => [...octets].map((one) => one.toString(16).padStart(2, '0')).join(' ')

const shown = (value: unknown): string => {
  const plain = (one: unknown): unknown => (one instanceof Uint8Array ? hex(one) : one)
  return JSON.stringify(plain(value), (_, one: unknown) => plain(one))
}

const fieldLine = (field: Field, span: { start: number; end: number } | undefined): string => {
  const where = span === undefined ? '' : `${span.start}-${span.end} `
  if (field.field === 'unread') return `unread ${hex(field.octets)}`
  if (field.field === 'unknown') return `${where}unknown ${field.id} ${hex(field.octets)}`
  return `${where}${field.field} ${shown(field.value)}`
}

const application = (octets: Uint8Array) => {
  const packet = readRtcp(octets).packets[0]?.packet
  if (packet?.kind !== 'application') throw new Error('the vector is no application-defined packet')
  return packet
}

for (const { title, octets, reading } of vectorFiles)
  test(title, () => {
    const packet = application(octets)
    const read = readFloorControl(packet)!
    const { control, subtype, acknowledge, ssrc, fields } = read.message
    const name = messageOf(control, subtype)?.title ?? 'unknown'
    const judged = judgeFloorControl(read)
    expect(
      [
        `${control} ${subtype} ${name}${acknowledge ? ', acknowledgement asked' : ''}, SSRC ${ssrc.toString(16).padStart(8, '0')}`,
        ...fields.map((field, index) => fieldLine(field, read.spans[index])),
        ...judged.map((one) => `${one.severity} ${one.rule} at ${one.offset}, ${one.clause}: ${one.text}`),
      ].join('\n'),
    ).toBe(reading)
    // Only padding that is not zero is not written as it came.
    const written = writeRtcp([{ kind: 'application', padding: packet.padding, ...writeFloorControl(read.message) }])
    if (!judged.some(({ rule }) => rule === 'field-padding')) expect(hex(written)).toBe(hex(octets))
  })

test('there is a vector of every message of the tables', () => {
  const have = new Set(
    vectorFiles.map(({ octets }) => application(octets)).map((one) => `${one.name}/${one.subtype & 0x0f}`),
  )
  // MCCP is another name for MCMC.
  const wanted = messages.filter(({ control }) => control !== 'MCCP').map((one) => `${one.control}/${one.subtype}`)
  expect(wanted.filter((one) => !have.has(one))).toEqual([])
})
