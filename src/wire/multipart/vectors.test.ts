import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { partHeader, readMediaType, readMultipart } from './index.ts'

const folder = new URL('../../../fixtures/vectors/multipart/', import.meta.url)

/** The first code block of that language. */
const block = (vector: string, language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n?\`\`\``).exec(vector)?.[1] ?? ''

const octetsOf = (text: string): Uint8Array =>
  new TextEncoder().encode(text.replaceAll('\n', '').replaceAll('␍', '\r').replaceAll('␊', '\n'))

const shown = (octets: Uint8Array): string => JSON.stringify(new TextDecoder().decode(octets))

function reading(octets: Uint8Array, contentType: string): string {
  const { parts, diagnostics } = readMultipart(octets, readMediaType(contentType)?.parameters.get('boundary') ?? '')
  return [
    ...parts.map(
      (part) =>
        `part ${partHeader(part, 'content-type') ?? '-'} ${part.bodySpan.start}-${part.bodySpan.end} ${shown(part.body)}`,
    ),
    ...diagnostics.map(({ rule, clause, message, span }) => `${rule} ${clause} ${span.start}-${span.end} ${message}`),
  ].join('\n')
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const vector = readFileSync(new URL(file, folder), 'utf8')
  test(/^# (.*)/.exec(vector)?.[1] ?? file, () => {
    expect(reading(octetsOf(block(vector, 'octets')), block(vector, 'content-type'))).toBe(block(vector, 'reading'))
  })
}
