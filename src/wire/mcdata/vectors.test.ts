import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readDataMessage, writeDataPayload, writeSdsSignalling, type DataMessage, type DataReading } from './index.ts'

const folder = new URL('../../../fixtures/vectors/mcdata/', import.meta.url)

/** The first code block of that language, or of none. */
const block = (vector: string, language: string): string | undefined =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n?\`\`\``).exec(vector)?.[1]

const octetsOf = (text: string): Uint8Array => Buffer.from(text.replaceAll(/#.*$/gm, '').replaceAll(/\s+/g, ''), 'hex')

function lines(message: DataMessage): readonly string[] {
  if (message.kind === 'data-payload')
    return message.payloads.map(
      ({ contentType, data }) => `payload ${contentType} ${JSON.stringify(Buffer.from(data).toString())}`,
    )
  const { kind: _, others, ...rest } = message
  return [
    ...Object.entries(rest).map(([name, value]) => `${name} ${value}`),
    ...others.map(({ id, value }) => `element 0x${id.toString(16)} ${Buffer.from(value).toString('hex')}`),
  ]
}

const said = ({ message, diagnostics }: DataReading): string =>
  [
    ...(message === undefined ? [] : lines(message)),
    ...diagnostics.map(({ rule, clause, offset, text }) => `${rule} at ${offset}, ${clause}: ${text}`),
  ].join('\n')

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const vector = readFileSync(new URL(file, folder), 'utf8')
  test(/^# (.*)/.exec(vector)?.[1] ?? file, () => {
    const kind = file.startsWith('data-payload') ? 'data-payload' : 'sds-signalling'
    const octets = octetsOf(block(vector, 'hex') ?? '')
    const reading = readDataMessage(octets, kind, 100)
    expect(said(reading)).toBe(block(vector, 'reading'))
    if (reading.diagnostics.length > 0 || reading.message === undefined) return
    const { message } = reading
    const written = message.kind === 'data-payload' ? writeDataPayload(message) : writeSdsSignalling(message)
    expect(Buffer.from(written).toString('hex')).toBe(Buffer.from(octets).toString('hex'))
  })
}
