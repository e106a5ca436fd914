import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { bindingOf, decodeExample, exampleMessages, exampleOctets, rel18, type ExampleMessage } from '#bindings'

// The golden vectors of the bindings: what every message of a profile looks like, for people to review. Encoding must
// give the octets that are written there, and decoding those octets the meaning that is written there.

const folder = new URL('../fixtures/golden/bindings/rel-18/', import.meta.url)
const updateCommand = 'node checks/binding-vectors.ts --update'
const lineEnd = '␍␊'

function vectorOf(example: ExampleMessage): string {
  const binding = bindingOf(example, rel18)
  const octets = exampleOctets(example, rel18)
  const decoded = decodeExample(octets, example, rel18)
  const rows = binding.mappings(rel18.values).map(({ ie, status, carriedIn }) => {
    const value = example.ies[ie]
    const span = decoded.spans[ie]
    const where = span === undefined ? (value === undefined ? '' : 'implied') : `${span.start}–${span.end}`
    return `| ${ie} | ${status} | ${value === undefined ? 'absent' : `\`${value}\``} | ${carriedIn} | ${where} |`
  })
  const implied = Object.entries(example.request).map(([ie, value]) => `- ${ie}: \`${value}\``)
  return [
    `# ${example.title}`,
    '',
    `Stage 2: ${example.message}, ${binding.source.doc} ${binding.source.clause}. On the wire: ${binding.summary}.`,
    ...(binding.carrier === 'response' ? ['', 'It answers a request that carried:', '', ...implied] : []),
    '',
    '## Meaning',
    '',
    '| Information element | Status | Value | Carried in | Octets |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `## Octets`,
    '',
    `${octets.length} octets; ${lineEnd} is CR LF, and there is no other line end.`,
    '',
    '```text',
    shown(octets),
    '```',
    '',
    '## Problems',
    '',
    ...(decoded.problems.length === 0
      ? ['None.']
      : decoded.problems.map(({ field, requirement }) => `- ${field}: ${requirement}`)),
    '',
  ].join('\n')
}

// A body without a last line end, and one with it, are told apart by the mark.
const shown = (octets: Uint8Array): string =>
  new TextDecoder().decode(octets).replaceAll('\r\n', `${lineEnd}\n`).trimEnd()

/** The octets of a vector, as they stand in its file. */
function octetsOf(vector: string): Uint8Array {
  const block = /```text\n([\s\S]*?)\n```/.exec(vector)?.[1] ?? ''
  return new TextEncoder().encode(block.replaceAll(`${lineEnd}\n`, '\r\n').replaceAll(lineEnd, '\r\n'))
}

/** The meaning of a vector, as it stands in its file. */
function meaningOf(vector: string): Record<string, string> {
  const rows = vector.matchAll(/^\| (\w+) \| [MCO] \| `(.*?)` \|/gm)
  return Object.fromEntries([...rows].map(([, ie, value]) => [ie, value]))
}

function differences(example: ExampleMessage, vector: string): string[] {
  const octets = octetsOf(vector)
  const found = [
    ...byLine(octets, exampleOctets(example, rel18)),
    ...byElement(meaningOf(vector), decodeExample(octets, example, rel18).ies),
  ]
  return found.length === 0 && vector !== vectorOf(example) ? ['the text around the octets'] : found
}

function byElement(golden: Record<string, string>, decoded: Readonly<Record<string, string>>): string[] {
  const keys = [...new Set([...Object.keys(golden), ...Object.keys(decoded)])].sort()
  return keys
    .filter((key) => golden[key] !== decoded[key])
    .map((key) => `decoded ${key}: expected ${golden[key] ?? 'absent'}, came ${decoded[key] ?? 'absent'}`)
}

/** Header field by header field and element by element, so that an added line does not shift all others. */
function byLine(golden: Uint8Array, encoded: Uint8Array): string[] {
  const expected = new TextDecoder().decode(golden).split('\r\n')
  const actual = new TextDecoder().decode(encoded).split('\r\n')
  const lost = expected.filter((line) => !actual.includes(line))
  const gained = actual.filter((line) => !expected.includes(line))
  const found: string[] = []
  for (const line of lost) {
    const other = gained.findIndex((candidate) => fieldOf(candidate) === fieldOf(line))
    const now = other === -1 ? 'absent' : (gained.splice(other, 1)[0] ?? '').trim()
    found.push(`encoded ${fieldOf(line)}: expected ${line.trim()}, came ${now}`)
  }
  found.push(...gained.map((line) => `encoded ${fieldOf(line)}: expected absent, came ${line.trim()}`))
  return found.length === 0 && !Buffer.from(golden).equals(encoded) ? ['encoded: the order of lines'] : found
}

/** The header field or the element that a line is about. */
const fieldOf = (line: string): string => /^\s*<?([\w-]+)/.exec(line)?.[1] ?? 'line'

function check(): number {
  const files = readdirSync(folder)
  const wanted = new Map(exampleMessages.map((example) => [`${example.slug}.md`, example]))
  const problems: string[] = files.filter((file) => !wanted.has(file)).map((file) => `${file}: no example of that name`)
  for (const [file, example] of wanted) {
    if (!files.includes(file)) problems.push(`${file}: missing`)
    else
      problems.push(
        ...differences(example, readFileSync(new URL(file, folder), 'utf8')).map((line) => `${file}: ${line}`),
      )
  }
  if (problems.length === 0) {
    console.log(`${wanted.size} vectors of the bindings hold`)
    return 0
  }
  console.error(problems.join('\n'))
  console.error(`\nLook at every difference; if it is meant: ${updateCommand}`)
  return 1
}

function update(): number {
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(folder)) rmSync(new URL(file, folder))
  for (const example of exampleMessages) writeFileSync(new URL(`${example.slug}.md`, folder), vectorOf(example))
  console.log(`${exampleMessages.length} vectors of the bindings written`)
  return 0
}

process.exitCode = process.argv.includes('--update') ? update() : check()
