import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { judgeCompound, packetNames, readRtcp, writeRtcp, type PlacedRtcpPacket } from './index.ts'

const folder = new URL('../../../fixtures/vectors/rtcp/', import.meta.url)
const block = (vector: string, language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n?\`\`\``).exec(vector)?.[1] ?? ''
const hex = (octets: Uint8Array): string => [...octets].map((one) => one.toString(16).padStart(2, '0')).join(' ')

function line({ packet, span }: PlacedRtcpPacket): string {
  const { kind, padding, ...content } = packet
  const text = JSON.stringify(content, (_, value: unknown) => (value instanceof Uint8Array ? hex(value) : value))
  const padded = padding.length > 0 ? `, padding ${hex(padding)}` : ''
  return `${span.start}-${span.end} ${packetNames[kind]} ${text}${padded}`
}

for (const name of readdirSync(folder)) {
  const vector = readFileSync(new URL(name, folder), 'utf8')
  test(/^# (.*)/.exec(vector)?.[1] ?? name, () => {
    // What stands after a semicolon says to people what the octets are.
    const digits = block(vector, 'octets').replaceAll(/;.*/g, '').replaceAll(/\s/g, '')
    const octets = Uint8Array.from(Buffer.from(digits, 'hex'))
    const { packets, diagnostics } = readRtcp(octets)
    // Floor control travels alone (TS 24.380 8.1.1).
    const alone = packets.some(({ packet }) => packet.kind === 'application')
    const wrong = [...diagnostics, ...(alone ? [] : judgeCompound(packets))]
    expect(
      [
        ...packets.map(line),
        ...wrong.map((one) => `${one.severity} ${one.rule} at ${one.offset}, ${one.clause}: ${one.text}`),
      ].join('\n'),
    ).toBe(block(vector, 'reading'))
    if (diagnostics.length === 0) expect(hex(writeRtcp(packets.map(({ packet }) => packet)))).toBe(hex(octets))
  })
}
