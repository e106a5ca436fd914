import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readRtp, writeRtp, type RtpReading } from './index.ts'

const folder = new URL('../../../fixtures/vectors/rtp/', import.meta.url)
const block = (vector: string, language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n?\`\`\``).exec(vector)?.[1] ?? ''
const hex = (octets: Uint8Array): string => [...octets].map((one) => one.toString(16).padStart(2, '0')).join(' ')
const source = (value: number): string => value.toString(16).padStart(8, '0')

function shown({ packet, diagnostics }: RtpReading, length: number): string {
  const wrong = diagnostics.map((one) => `${one.severity} ${one.rule} at ${one.offset}, ${one.clause}: ${one.text}`)
  if (packet === undefined) return wrong.join('\n')
  const { marker, payloadType, sequence, timestamp, ssrc, contributingSources, extension, payload, padding } = packet
  const end = length - padding.length
  return [
    `${marker ? 'marker, ' : ''}payload type ${payloadType}, sequence ${sequence}, timestamp ${timestamp}, SSRC ${source(ssrc)}`,
    ...(contributingSources.length > 0 ? [`contributing sources ${contributingSources.map(source).join(' ')}`] : []),
    ...(extension === undefined ? [] : [`extension ${extension.profile.toString(16)} ${hex(extension.octets)}`]),
    `${end - payload.length}-${end} payload ${hex(payload)}`,
    ...(padding.length > 0 ? [`${end}-${length} padding ${hex(padding)}`] : []),
    ...wrong,
  ].join('\n')
}

for (const name of readdirSync(folder)) {
  const vector = readFileSync(new URL(name, folder), 'utf8')
  test(/^# (.*)/.exec(vector)?.[1] ?? name, () => {
    // What stands after a semicolon says to people what the octets are.
    const octets = Buffer.from(block(vector, 'octets').replaceAll(/;.*/g, '').replaceAll(/\s/g, ''), 'hex')
    const reading = readRtp(octets)
    expect(shown(reading, octets.length)).toBe(block(vector, 'reading'))
    if (reading.packet !== undefined && reading.diagnostics.length === 0)
      expect(hex(writeRtp(reading.packet))).toBe(hex(octets))
  })
}
