import { describe, expect, test } from 'vitest'
import { allureResults, stableUuid } from './allure-results.ts'
import { exampleRun } from './example-run.ts'
import { foldRun } from './run-record.ts'

const text = (pieces: Iterable<string | Uint8Array>): string =>
  Buffer.concat([...pieces].map((piece) => Buffer.from(piece))).toString()

const filesOf = (hostile?: string): Map<string, string> =>
  new Map(
    [...allureResults(foldRun(exampleRun({ cases: 36, ...(hostile !== undefined && { hostile }) })))].map(
      ({ name, pieces }) => [name, text(pieces)],
    ),
  )

interface Result {
  fullName: string
  status: string
  description?: string
  statusDetails: { message: string; trace: string }
  labels: { name: string; value: string }[]
  steps: { name: string; status: string }[]
  attachments: { source: string }[]
}

const resultsOf = (files: ReadonlyMap<string, string>): Result[] =>
  [...files].flatMap(([name, content]) => (name.endsWith('-result.json') ? [JSON.parse(content) as Result] : []))

describe('allure-results', () => {
  test('same events, same files', () => {
    expect(filesOf()).toEqual(filesOf())
    expect(stableUuid('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  test('a result for each case and each exclusion; only a pass is passed', () => {
    const run = foldRun(exampleRun({ cases: 36 }))
    const results = resultsOf(filesOf())
    expect(results).toHaveLength(40)
    const status = new Map(results.map((result) => [result.fullName, result.status]))
    for (const of of run.cases) {
      const found = status.get(of.description.id)
      expect(found === 'passed').toBe(of.verdict === 'pass')
      if (of.verdict === 'fail') expect(found).toBe(of.standing === 'expected' ? 'skipped' : 'failed')
      if (of.verdict === 'inconclusive') expect(found).toBe('unknown')
      if (of.verdict === 'error') expect(found).toBe('broken')
    }
    for (const of of run.excluded) expect(status.get(of.id)).toBe('skipped')
  })

  test('flow, role, steps, finding and messages are there', () => {
    const files = filesOf()
    const failed = resultsOf(files).find((result) => result.status === 'failed')
    expect(failed?.labels).toContainEqual({ name: 'epic', value: 'migration/service-authorization' })
    expect(failed?.labels.map(({ name }) => name)).toContain('feature')
    expect(failed?.steps.map((step) => step.status)).toContain('failed')
    expect(failed?.statusDetails.trace).toContain('replay')
    expect(files.get(failed?.attachments[0]?.source ?? '')).toContain('MESSAGE sip:')
  })

  test('descriptions, which Allure reads as Markdown, carry no markup from outside', () => {
    for (const result of resultsOf(filesOf('<img src=x> ![a](http://203.0.113.1/a.png) [b](javascript:c)')))
      expect(result.description ?? '').not.toMatch(/[<>[\]()!]/)
  })
})
