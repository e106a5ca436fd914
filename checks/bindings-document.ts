import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { cite, type Source } from '#verdict'
import {
  bindingOf,
  bindingsOf,
  callRefusals,
  compareProfiles,
  defaultBindings,
  exampleMessages,
  exampleOctets,
  profiles,
  profileValues,
  rel18,
  services,
  valuesOf,
  type Binding,
  type Profile,
  type ProfileValues,
  type Service,
} from '#bindings'
import { bindingsPreface, readingRules, refusalsText, servicesText } from './bindings-document-text.ts'
import { lineEnd, visible } from './visible-octets.ts'

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

/** A binding with where it is one: the first profile and service that have it are those its section shows. */
interface Shown {
  readonly binding: Binding
  readonly profile: Profile
  readonly service: Service
  readonly values: ProfileValues
  readonly profiles: Set<string>
  readonly services: Set<Service>
  readonly alternatives: Set<string>
}

/** Each binding once, in the order of the procedures. */
function shownBindings(): readonly Shown[] {
  const found = new Map<string, Shown>()
  for (const profile of Object.values(profiles))
    for (const service of Object.keys(services) as Service[])
      for (const alternative of ['publish', 'register'] as const)
        for (const binding of bindingsOf(profile, service, alternative)) {
          const key = title(binding)
          const values = valuesOf(profile, service)
          const known = found.get(key) ?? {
            ...{ binding, profile, service, values },
            ...{ profiles: new Set(), services: new Set(), alternatives: new Set() },
          }
          found.set(key, known)
          known.profiles.add(profile.name)
          known.services.add(service)
          known.alternatives.add(alternative)
        }
  const order = [...new Set([...found.values()].map(({ binding }) => binding.message))]
  return [...found.values()].sort((a, b) => order.indexOf(a.binding.message) - order.indexOf(b.binding.message))
}

const title = ({ message, summary }: Binding): string => `${message}: ${summary}`
const titles = (of: Iterable<Service>): string => [...of].map((service) => services[service].title).join(', ')
const names = (of: Iterable<string>): string => [...of].map(code).join(', ')

const glance = (): string =>
  table(
    ['Message', 'On the wire', 'Profile', 'MC service', 'Alternative', 'Source of the message'],
    shownBindings().map(({ binding, profiles: within, services: of, alternatives }) => [
      binding.message,
      binding.summary,
      [...within].join(', '),
      titles(of),
      alternatives.size === 2 ? 'both' : [...alternatives].join(', '),
      cite(binding.source),
    ]),
  )

const orNone = (head: readonly string[], rows: readonly (readonly string[])[], none: string): string =>
  rows.length === 0 ? none : table(head, rows)

function section(shown: Shown): string {
  const { binding, values } = shown
  return [
    `### ${title(binding)}`,
    `In ${shown.profiles.size === 1 ? 'profile' : 'profiles'} ${names(shown.profiles)}, for ${titles(shown.services)}${shown.services.size > 1 ? `; shown as ${services[shown.service].title} has it` : ''}.`,
    binding.when,
    ...answering(binding),
    `**What the sender writes**, ${besides(binding)}:`,
    table(
      ['Field', 'Value', 'Source', 'Basis'],
      binding.fields(values).map((field) => [field.name, code(field.value), ...from(field.source)]),
    ),
    '**Information elements**:',
    orNone(
      ['Element', 'Status', 'Carried in', 'Meaning', 'Source', 'Basis'],
      binding
        .mappings(values)
        .map((mapping) => [mapping.ie, mapping.status, mapping.carriedIn, mapping.meaning, ...from(mapping.source)]),
      'It has none.',
    ),
    '**What it is judged by when it is received**:',
    orNone(
      ['Field', 'Requirement', 'Acceptable', 'Source', 'Basis'],
      binding
        .rules(values)
        .map((rule) => [rule.field, rule.requirement, rule.expected.join('; '), ...from(rule.source)]),
      'Nothing beyond the rules of SIP.',
    ),
    ...examplesIn(shown),
  ].join('\n\n')
}

/** What the layer below writes. */
const besides = ({ carrier }: Binding): string =>
  carrier === 'http-request' || carrier === 'http-response'
    ? 'beside Host, Date, Connection and Content-Length as RFC 9110 has them'
    : 'beside Via, Max-Forwards, From, To, Call-ID, CSeq and Content-Length as RFC 3261 has them'

function answering(binding: Binding): readonly string[] {
  if (binding.carrier === 'implied') return [`The ${binding.by} says it.`]
  if (binding.carrier === 'http-request') return []
  if (binding.carrier === 'request')
    return binding.within === undefined
      ? []
      : [
          `It travels within the dialog or the transaction of the ${binding.within}, which says of which MC service it is.`,
        ]
  const implied =
    binding.implied.length === 0 ? '' : ` Implied where the response leaves it out: ${binding.implied.join(', ')}.`
  return [`It answers the ${binding.answers}.${implied}`]
}

/** The example with the most elements that is no refusal, and the first that is one. */
function examplesIn({ binding, profile, service }: Shown): readonly string[] {
  if (binding.carrier === 'implied') return []
  const examples = exampleMessages(profile).filter(
    (one) => one.service === service && bindingOf(one, profile) === binding,
  )
  const refused = examples.find(({ ies }) => ies.result === 'refused')
  const [fullest] = examples
    .filter(({ ies }) => ies.result !== 'refused')
    .toSorted((a, b) => Object.keys(b.ies).length - Object.keys(a.ies).length)
  if (fullest === undefined) throw new Error(`no example of ${title(binding)}: add one to example-messages.ts`)
  return [
    `**Example**, ${lowerFirst(fullest.title)}; every line ends with CR LF:`,
    ['```text', shown(exampleOctets(fullest, profile)), '```'].join('\n'),
    ...(refused === undefined
      ? []
      : [
          `**Example**, ${lowerFirst(refused.title)}:`,
          ['```text', shown(exampleOctets(refused, profile)), '```'].join('\n'),
        ]),
  ]
}

const profileTable = (): string =>
  table(
    ['Profile', 'Release', 'What it chooses'],
    Object.values(profiles).map(({ name, title: release, choice }) => [code(name), release, choice]),
  )

/** What the other profiles have otherwise than the first. */
const profileDifferences = (): readonly string[] =>
  Object.values(profiles)
    .filter((profile) => profile !== rel18)
    .flatMap((profile) => [
      `What \`${profile.name}\` has otherwise than \`${rel18.name}\`, for MCPTT (\`mcx compare ${rel18.name} ${profile.name}\` prints it for all three services):`,
      table(
        ['Message', 'About', code(rel18.name), code(profile.name)],
        compareProfiles(rel18, profile)
          .messages.filter(({ service }) => service === 'mcptt')
          .flatMap(({ message, wire, elements }) => [
            ...(wire === undefined ? [] : [[message, 'on the wire', wire.one ?? '', wire.other ?? '']]),
            ...elements
              .filter(({ about }) => about !== 'source')
              .map(({ ie, about, one = '', other = '' }) => [message, `${ie}, ${about}`, one, other]),
          ]),
      ),
    ])

const serviceTable = (): string =>
  table(
    ['MC service', 'Service identifier', 'Feature tag', 'Scope', 'Info document', 'Its namespace', 'Its schema'],
    Object.values(services).map((facts) => [
      facts.title,
      code(facts.serviceIdentifier),
      code(facts.featureTag),
      code(facts.accessTokenScope),
      code(facts.infoType),
      code(facts.infoNamespace),
      facts.schema.join(' '),
    ]),
  )

const refusalTable = (): string =>
  table(
    ['Response', 'Warning text'],
    Object.values(callRefusals)
      .toSorted((a, b) => a.status - b.status)
      .map(({ status, reason, warning }) => [`${code(String(status))} (${reason})`, code(warning)]),
  )

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
const shown = (octets: Uint8Array): string => visible(octets).replaceAll(`${lineEnd}\n`, '\n').trimEnd()

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
    '## The profiles',
    profileTable(),
    ...profileDifferences(),
    '## The MC services',
    servicesText,
    serviceTable(),
    '## The messages at a glance',
    glance(),
    readingRules(rel18),
    '## Refusals of a private call',
    refusalsText,
    refusalTable(),
    '## The messages',
    ...shownBindings().map(section),
    '## Profile values',
    'What the standard leaves open is set in the configuration, for example `bindings: { values: { expires: 600 } }`. The peer must be set up with the same values.',
    valueTable(),
    '## Default bindings',
    'What no published text was found for, and what the profiles do there. Each is a requirement only where the configuration selects the profile.',
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
