import type { z } from 'zod'
import { configurationSchema } from './configuration.ts'
import { nearest } from './nearest.ts'

/** One line for each thing wrong: the key, what came, what it takes. */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown): readonly string[] {
  const at = keyOf(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeAt(issue.path) ?? {})
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      const repair = near === undefined ? `keys here: ${known.join(', ')}` : `did you mean ${near}?`
      return `${at ? `${at}.` : ''}${key} is no key of the configuration; ${repair}`
    })
  }
  const came = valueAt(value, issue.path)
  const is = came === undefined ? 'is missing' : `is ${shown(came)}`
  return [`${at || 'the default export'} ${is}${taken(issue, came)}`]
}

/** What the key takes, from what the schema refused. */
function taken(issue: z.core.$ZodIssue, came: unknown): string {
  // Messages of the schema itself begin so.
  if (issue.message.startsWith('is ')) return came === undefined ? '; add it' : `, which ${issue.message}`
  if (issue.code === 'invalid_type') return `; it takes ${kinds[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_value') return `; it takes ${issue.values.join(', ')}`
  if (issue.code === 'too_small')
    return `; it takes ${issue.origin === 'string' ? 'some text' : `at least ${issue.minimum}`}`
  return issue.code === 'too_big' ? `; it takes at most ${issue.maximum}` : `: ${issue.message}`
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
  record: 'an object in { }',
}

function shown(came: unknown): string {
  if (typeof came === 'function') return 'a function'
  const text = JSON.stringify(came) ?? typeof came
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}

const keyOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('')

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((inner: unknown, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value)

/** The keys a strict object of the schema knows, found by the path of the issue. */
function shapeAt(path: readonly PropertyKey[]): Record<string, unknown> | undefined {
  let schema: unknown = configurationSchema
  for (const key of path) schema = stepInto(unwrapped(schema), key)
  return (unwrapped(schema) as { shape?: Record<string, unknown> } | undefined)?.shape
}
const unwrapped = (schema: unknown): unknown => {
  const inner = (schema as { def?: { innerType?: unknown } } | undefined)?.def?.innerType
  return inner === undefined ? schema : unwrapped(inner)
}
const stepInto = (schema: unknown, key: PropertyKey): unknown =>
  typeof key === 'number'
    ? (schema as { element?: unknown }).element
    : (schema as { shape?: Record<string, unknown> }).shape?.[String(key)]
