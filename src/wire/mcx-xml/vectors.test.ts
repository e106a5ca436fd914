import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isSchemaName, readXml, validateXml, type SchemaName, type XmlElement } from './index.ts'

const folder = new URL('../../../fixtures/vectors/mcx-xml/', import.meta.url)

/** The first code block of that language. */
const block = (vector: string, language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n?\`\`\``).exec(vector)?.[1] ?? ''

function tree({ name, namespace, attributes, children, text, contentSpan }: XmlElement, indent = ''): string[] {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
  const content = children.length > 0 ? '' : ` ${JSON.stringify(text)}`
  return [
    `${indent}{${namespace}}${name}${given.join('')} ${contentSpan.start}-${contentSpan.end}${content}`,
    ...children.flatMap((child) => tree(child, `${indent}  `)),
  ]
}

function reading(octets: Uint8Array, schema: SchemaName): string {
  const { root, diagnostics } = readXml(octets)
  return [
    ...(root === undefined ? [] : tree(root)),
    ...diagnostics.map(({ rule, message, span }) => `${rule} ${span.start}-${span.end} ${message}`),
    ...(root === undefined ? [] : validateXml(octets, schema)).map(
      ({ line, message }) => `schema line ${line} ${message}`,
    ),
  ].join('\n')
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
  const vector = readFileSync(new URL(file, folder), 'utf8')
  test(/^# (.*)/.exec(vector)?.[1] ?? file, () => {
    const schema = block(vector, 'schema')
    if (schema !== '' && !isSchemaName(schema)) throw new Error(`no schema is called ${schema}`)
    expect(reading(new TextEncoder().encode(block(vector, 'xml')), schema === '' ? 'mcptt-info' : schema)).toBe(
      block(vector, 'reading'),
    )
  })
}
