import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { cite, type Source } from '#verdict'
import {
  bindingOf,
  bindingsOf,
  defaultBindings,
  exampleMessages,
  exampleOctets,
  profileValues,
  rel18,
  type Binding,
  type ExampleMessage,
} from '#bindings'
import { bindingsPreface, readingRules } from './bindings-document-text.ts'

// Writes docs/bindings.md from the bindings themselves: what a peer must send and what it is judged by.

const file = new URL('../docs/bindings.md', import.meta.url)
const updateCommand = 'node checks/bindings-document.ts --update'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n')
const code = (text: string): string => `\`${text}\``

const from = (source: Source): readonly [string, string] => [
  source.basis === 'default-binding' ? `[${source.clause}](#${source.clause})` : cite(source),
  source.basis,
]

const { values } = rel18

/** The bindings with the alternatives each is part of, in the order of the procedure. */
function bindings(): readonly { binding: Binding; alternatives: readonly string[] }[] {
  const found = new Map<string, { binding: Binding; alternatives: string[] }>()
  for (const alternative of ['publish', 'register'] as const)
    for (const binding of bindingsOf(rel18, 'mcptt', alternative)) {
      const key = `${binding.message} ${binding.summary}`
      const known = found.get(key)
      if (known === undefined) found.set(key, { binding, alternatives: [alternative] })
      else known.alternatives.push(alternative)
    }
  const order = [...new Set(bindingsOf(rel18, 'mcptt', 'publish').map(({ message }) => message))]
  return [...found.values()].sort((a, b) => order.indexOf(a.binding.message) - order.indexOf(b.binding.message))
}

const title = ({ message, summary }: Binding): string => `${message}: ${summary}`

const glance = (): string =>
  table(
    ['Message', 'On the wire', 'Alternative', 'Source of the message'],
    bindings().map(({ binding, alternatives }) => [
      binding.message,
      binding.summary,
      alternatives.join(', '),
      cite(binding.source),
    ]),
  )

function section(binding: Binding): string {
  const example = fullestExample(binding)
  return [
    `### ${title(binding)}`,
    binding.when,
    ...(binding.carrier === 'response'
      ? [`It answers the ${binding.answers}. Implied where the response leaves it out: ${binding.implied.join(', ')}.`]
      : []),
    '**What the sender writes**, beside Via, Max-Forwards, From, To, Call-ID, CSeq and Content-Length as RFC 3261 has them:',
    table(
      ['Field', 'Value', 'Source', 'Basis'],
      binding.fields(values).map((field) => [field.name, code(field.value), ...from(field.source)]),
    ),
    '**Information elements**:',
    table(
      ['Element', 'Status', 'Carried in', 'Meaning', 'Source', 'Basis'],
      binding
        .mappings(values)
        .map((mapping) => [mapping.ie, mapping.status, mapping.carriedIn, mapping.meaning, ...from(mapping.source)]),
    ),
    '**What it is judged by when it is received**:',
    table(
      ['Field', 'Requirement', 'Acceptable', 'Source', 'Basis'],
      binding
        .rules(values)
        .map((rule) => [rule.field, rule.requirement, rule.expected.join('; '), ...from(rule.source)]),
    ),
    `**Example**, ${lowerFirst(example.title)}; every line ends with CR LF:`,
    ['```text', shown(exampleOctets(example, rel18)), '```'].join('\n'),
    ...refusalExample(binding),
  ].join('\n\n')
}

const examplesOf = (binding: Binding): readonly ExampleMessage[] =>
  exampleMessages(rel18).filter((example) => example.service === 'mcptt' && bindingOf(example, rel18) === binding)

/** The example with the most elements that is no refusal. */
function fullestExample(binding: Binding): ExampleMessage {
  const [first] = examplesOf(binding)
    .filter(({ ies }) => ies.result !== 'refused')
    .toSorted((a, b) => Object.keys(b.ies).length - Object.keys(a.ies).length)
  if (first === undefined) throw new Error(`no example of ${title(binding)}: add one to example-messages.ts`)
  return first
}

function refusalExample(binding: Binding): readonly string[] {
  const refused = examplesOf(binding).find(({ ies }) => ies.result === 'refused')
  if (refused === undefined) return []
  return [
    `**Example**, ${lowerFirst(refused.title)}:`,
    ['```text', shown(exampleOctets(refused, rel18)), '```'].join('\n'),
  ]
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
const shown = (octets: Uint8Array): string => new TextDecoder().decode(octets).replaceAll('\r\n', '\n').trimEnd()

const valueTable = (): string =>
  table(
    ['Configuration key', 'Default', 'Choices', 'Meaning', 'Source', 'Basis'],
    Object.entries(profileValues).map(([name, value]) => [
      code(`bindings.values.${name}`),
      code(JSON.stringify(value.default)),
      value.choices === undefined
        ? `any ${typeof value.default}`
        : value.choices.map((one) => code(JSON.stringify(one))).join(', '),
      value.meaning,
      ...from(value.source),
    ]),
  )

const defaults = (): string =>
  Object.entries(defaultBindings)
    .map(([name, decision]) => `### ${name}\n\n${decision}`)
    .join('\n\n')

async function document(): Promise<string> {
  const text = [
    `<!-- Generated by \`${updateCommand}\`; edit the bindings instead. -->`,
    bindingsPreface(rel18),
    '## The messages at a glance',
    glance(),
    readingRules(rel18),
    '## The messages',
    ...bindings().map(({ binding }) => section(binding)),
    '## Profile values',
    'What the standard leaves open is set in the configuration, for example `bindings: { values: { expires: 600 } }`. The peer must be set up with the same values.',
    valueTable(),
    '## Default bindings',
    'What no published text was found for, and what this profile does there. Each is a requirement only where the configuration selects the profile.',
    defaults(),
  ].join('\n\n')
  const path = fileURLToPath(file)
  return format(text, { ...(await resolveConfig(path)), filepath: path })
}

/** The first lines that differ, with their number. */
function differences(old: string, now: string): string {
  const before = old.split('\n')
  return now
    .split('\n')
    .flatMap((line, index) =>
      line === before[index] ? [] : [`${index + 1}: - ${before[index] ?? ''}\n${index + 1}: + ${line}`],
    )
    .slice(0, 5)
    .join('\n')
}

const now = await document()
const old = existsSync(file) ? readFileSync(file, 'utf8') : ''
if (process.argv.includes('--update')) {
  writeFileSync(file, now)
  console.log('docs/bindings.md written')
} else if (old === now) console.log('docs/bindings.md says what the bindings do')
else {
  console.error(
    `docs/bindings.md differs from the bindings:\n${differences(old, now)}\n\nIf it is meant: ${updateCommand}`,
  )
  process.exitCode = 1
}
