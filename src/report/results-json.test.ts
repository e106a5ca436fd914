import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { exampleRun } from './example-run.ts'
import { resultsJson } from './results-json.ts'
import { foldRun } from './run-record.ts'

type Schema = Record<string, unknown>
const schema = JSON.parse(readFileSync(new URL('results.schema.json', import.meta.url), 'utf8')) as Schema

/** The same schema, refusing what it does not describe. */
const closed = (part: unknown): unknown => {
  if (Array.isArray(part)) return part.map(closed)
  if (typeof part !== 'object' || part === null) return part
  const inner = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, closed(value)]))
  return 'properties' in inner && inner.type === 'object' ? { additionalProperties: false, ...inner } : inner
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
const valid = ajv.compile(closed(schema) as Schema)
const rendered = (events: Parameters<typeof foldRun>[0]): unknown =>
  JSON.parse([...resultsJson(foldRun(events))].join(''))

describe('results.json', () => {
  const events = [...exampleRun({ cases: 36, hostile: '</script>\u0000"\\' })]

  test.each([
    ['a whole run', events],
    ['a run cut off', events.slice(0, 200)],
    ['no event at all', []],
  ])('is what its schema says, and says no more: %s', (_, some) => {
    valid(rendered(some))
    expect(valid.errors ?? []).toEqual([])
  })

  test('the schema refuses what is not so', () => {
    const results = rendered(events) as { cases: { verdict: string }[] }
    for (const of of results.cases) of.verdict = 'passed'
    expect(valid(results)).toBe(false)
  })

  test('a case has what others build on', () => {
    const { cases } = rendered(events) as { cases: { verdict: string; findings: object[] }[] }
    const failed = cases.find((of) => of.verdict === 'fail')
    for (const key of [
      'id',
      'flow',
      'role',
      'verdict',
      'findings',
      'phases',
      'variant',
      'transport',
      'binding',
      'duration',
      'sentDigest',
    ])
      expect(failed).toHaveProperty(key)
    for (const key of ['clause', 'step', 'basis', 'expected', 'actual', 'replay'])
      expect(failed?.findings[0]).toHaveProperty(key)
  })

  test('same events, same text', () => {
    expect([...resultsJson(foldRun(events))].join('')).toBe([...resultsJson(foldRun(events))].join(''))
  })
})
