import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  bindingOf,
  bindingsOf,
  decodeExample,
  exampleMessages,
  exampleOctets,
  profiles,
  rel18,
  services,
  valuesOf,
  type ExampleMessage,
  type Profile,
} from '#bindings'
import { lineDifference } from './line-difference.ts'
import { messageDifference } from './message-difference.ts'
import { lineEnd, visible } from './visible-octets.ts'

// The golden vectors of the bindings: what every message of a profile looks like, for people to review. Encoding must
// give the octets that are written there, and decoding those octets the meaning that is written there.

const folder = fileURLToPath(new URL('../fixtures/golden/bindings/', import.meta.url))
const updateCommand = 'node checks/binding-vectors.ts --update'

function vectorOf(example: ExampleMessage, profile: Profile): string {
  const binding = bindingOf(example, profile)
  const octets = exampleOctets(example, profile)
  const decoded = decodeExample(octets, example, profile)
  const rows = binding.mappings(valuesOf(profile, example.service)).map(({ ie, status, carriedIn }) => {
    const value = example.ies[ie]
    const span = decoded.spans[ie]
    const where = span === undefined ? (value === undefined ? '' : 'implied') : `${span.start}–${span.end}`
    return `| ${ie} | ${status} | ${value === undefined ? 'absent' : `\`${value}\``} | ${carriedIn} | ${where} |`
  })
  const implied = Object.entries(example.request).map(([ie, value]) => `- ${ie}: \`${value}\``)
  return [
    `# ${example.title}`,
    '',
    `Stage 2: ${example.message}, ${services[example.service].title}, ${binding.source.doc} ${binding.source.clause}. On the wire: ${binding.summary}.`,
    ...(binding.carrier === 'response' && implied.length > 0
      ? ['', 'It answers a request that carried:', '', ...implied]
      : []),
    '',
    '## Meaning',
    '',
    ...(rows.length === 0
      ? ['It has no information element.']
      : ['| Information element | Status | Value | Carried in | Octets |', '| --- | --- | --- | --- | --- |', ...rows]),
    '',
    `## Octets`,
    '',
    `${octets.length} octets; ${lineEnd} is CR LF, and there is no other line end.${binary(octets)}`,
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
const shown = (octets: Uint8Array): string => visible(octets).trimEnd()

const binary = (octets: Uint8Array): string =>
  shown(octets).includes('‹') ? ' What stands in ‹ › are octets in hexadecimal.' : ''

/** The octets of a vector, as they stand in its file. */
function octetsOf(vector: string): Uint8Array {
  const block = /```text\n([\s\S]*?)\n```/.exec(vector)?.[1] ?? ''
  const text = block.replaceAll(`${lineEnd}\n`, '\r\n').replaceAll(lineEnd, '\r\n')
  const latin1 = text.replaceAll(/‹([0-9a-f]*)›/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'))
  return Buffer.from(latin1, 'latin1')
}

/** The meaning of a vector, as it stands in its file. */
function meaningOf(vector: string): Record<string, string> {
  const rows = vector.matchAll(/^\| (\w+) \| [MCO] \| `(.*?)` \|/gm)
  return Object.fromEntries([...rows].map(([, ie, value]) => [ie, value]))
}

function differences(example: ExampleMessage, profile: Profile, vector: string): string[] {
  const octets = octetsOf(vector)
  const found = [
    ...messageDifference(octets, exampleOctets(example, profile)).map((line) => `encoded ${line}`),
    ...byElement(meaningOf(vector), decodeExample(octets, example, profile).ies),
  ]
  return found.length === 0 ? [...lineDifference(vector, vectorOf(example, profile))] : found
}

function byElement(golden: Record<string, string>, decoded: Readonly<Record<string, string>>): string[] {
  const keys = [...new Set([...Object.keys(golden), ...Object.keys(decoded)])].sort()
  return keys
    .filter((key) => golden[key] !== decoded[key])
    .map((key) => `decoded ${key}: expected ${golden[key] ?? 'absent'}, came ${decoded[key] ?? 'absent'}`)
}

interface Wanted {
  readonly example: ExampleMessage
  readonly profile: Profile
}

/** Whether a profile has the very binding that the first one has: then its octets are there already. */
const isShared = ({ service, alternative, message }: ExampleMessage, profile: Profile): boolean =>
  profile !== rel18 &&
  bindingsOf(profile, service, alternative).find((one) => one.message === message) ===
    bindingsOf(rel18, service, alternative).find((one) => one.message === message)

const wanted: ReadonlyMap<string, Wanted> = new Map(
  Object.values(profiles).flatMap((profile) =>
    exampleMessages(profile)
      .filter((example) => !isShared(example, profile))
      .map((example) => [`${profile.name}/${example.service}/${example.slug}.md`, { example, profile }] as const),
  ),
)

const found = (): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length))

function check(): number {
  const files = found()
  const problems: string[] = files.filter((file) => !wanted.has(file)).map((file) => `${file}: no example of that name`)
  for (const [file, { example, profile }] of wanted) {
    if (!files.includes(file)) problems.push(`${file}: missing`)
    else
      problems.push(
        ...differences(example, profile, readFileSync(`${folder}${file}`, 'utf8')).map((line) => `${file}: ${line}`),
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
  for (const file of found()) rmSync(`${folder}${file}`)
  for (const [file, { example, profile }] of wanted) {
    mkdirSync(dirname(`${folder}${file}`), { recursive: true })
    writeFileSync(`${folder}${file}`, vectorOf(example, profile))
  }
  console.log(`${wanted.size} vectors of the bindings written`)
  return 0
}

process.exitCode = process.argv.includes('--update') ? update() : check()
