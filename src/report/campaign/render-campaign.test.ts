import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { XmlDocument } from 'libxml2-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import type { CampaignEvent } from '#verdict'
import { outsideProgram } from '../outside-program.ts'
import { openPage } from '../report-html/opened-page.testing.ts'
import { exampleCampaign } from './example-campaign.ts'
import { renderCampaign } from './render-campaign.ts'

const directory = mkdtempSync(join(tmpdir(), 'mcx-campaign-'))
afterAll(() => rmSync(directory, { recursive: true }))

const hostile = `]]></failure><script>alert(1)</script><img src="http://203.0.113.1/x" onerror="alert(2)">\u0000\u001b[2J\u202e"'`

async function rendered(events: Iterable<CampaignEvent>, rest = '') {
  writeFileSync(
    join(directory, 'events.ndjson'),
    `${[...events].map((one) => JSON.stringify(one)).join('\n')}\n${rest}`,
  )
  const record = await renderCampaign(directory)
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8')
  return { record, read }
}

/** What SARIF 2.1.0 requires of a log (3.13), a run (3.14), a tool (3.18, 3.19), a result (3.27) and its places (3.28, 3.33). */
const sarifShape = {
  type: 'object',
  required: ['version', 'runs'],
  properties: {
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool', 'results'],
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: { driver: { type: 'object', required: ['name', 'rules'] } },
          },
          results: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              required: ['message', 'ruleId', 'ruleIndex', 'level', 'locations'],
              properties: {
                level: { enum: ['none', 'note', 'warning', 'error'] },
                ruleIndex: { type: 'integer', minimum: 0 },
                message: { type: 'object', required: ['text'], properties: { text: { type: 'string', minLength: 1 } } },
                partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
                locations: {
                  type: 'array',
                  minItems: 1,
                  items: {
                    type: 'object',
                    required: ['physicalLocation'],
                    properties: {
                      physicalLocation: {
                        type: 'object',
                        required: ['artifactLocation'],
                        properties: {
                          artifactLocation: {
                            type: 'object',
                            required: ['uri'],
                            properties: { uri: { type: 'string', pattern: '^[^\\s]+$' } },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
}

describe('reports of a campaign, from its record alone', () => {
  test('cells are counted without indices, findings once, and what is left out is known', async () => {
    const { record } = await rendered(exampleCampaign())
    const cells = record.cells.map(({ field, kind, executed, planned, findings }) => [
      field,
      kind,
      executed,
      planned,
      findings,
    ])
    expect(cells).toEqual([
      ['Via.branch', 'insert', 2, 2, 0],
      ['CSeq.sequence', 'number', 1, 3, 1],
      ['To.tag', 'remove', 0, 1, 0],
    ])
    expect(record.findings).toHaveLength(1)
    expect(record.findings[0]?.examined?.reproduced).toEqual({ times: 3, of: 3, afresh: true })
  })

  test('what began with other changes and came out as the same case is told once', async () => {
    const other = (event: CampaignEvent): readonly CampaignEvent[] =>
      'signature' in event ? [event, { ...event, signature: 'class | from another place' }] : [event]
    const twice = [...exampleCampaign()].flatMap(other)
    expect(twice.filter(({ event }) => event === 'finding')).toHaveLength(2)
    const { record, read } = await rendered(twice)
    expect(record.findings.map(({ signature }) => signature)).toEqual(['class | RFC 3261 8.1.1.5'])
    expect(read('findings.ndjson').trimEnd().split('\n')).toHaveLength(1)
    const apart = twice.map((event) =>
      event.event === 'finding-examined' && event.signature.endsWith('place')
        ? { ...event, directory: 'findings/class-fedcba9876543210' }
        : event,
    )
    expect((await rendered(apart)).record.findings).toHaveLength(2)
  })

  test('whether a system was started afresh for it is told where it is recorded', async () => {
    const told = async (afresh: boolean | undefined): Promise<string | undefined> => {
      const events = exampleCampaign().map((event) =>
        event.event === 'finding-examined' ? { ...event, reproduced: { times: 3, of: 3, afresh } } : event,
      )
      const { read } = await rendered(events)
      return /shown 3 of 3 times([^<]*)/.exec(read('report.html'))?.[1]?.trim()
    }
    expect(await told(true)).toBe('on a system started afresh')
    expect(await told(false)).toBe('on the same system: nothing here can start it afresh')
    expect(await told(undefined)).toBe('')
  })

  test('junit.xml is well-formed, whatever a system wrote; a scenario without findings passes, the rest is skipped', async () => {
    const { read } = await rendered(exampleCampaign(hostile))
    const document = XmlDocument.fromString(read('junit.xml'))
    const count = (path: string): number => document.find(path).length
    expect([count('//testcase'), count('//failure'), count('//error'), count('//skipped')]).toEqual([3, 1, 0, 1])
    document.dispose()
  })

  test('a campaign that tested nothing, did not end, or was cut short, has nothing that passed', async () => {
    const events = [...exampleCampaign()]
    const began = events[0] as CampaignEvent
    const ended = { event: 'campaign-ended', executions: 0, findings: 0, milliseconds: 1 } as const
    const interrupted = { ...ended, executions: 5, cut: 'it was interrupted' }
    for (const [record, outcome] of [
      [[began, { ...ended, notTested: 'no answer' }], 'Not tested: no answer.'],
      [events.slice(0, 4), 'The record ends before the campaign did.'],
      [[began, interrupted], 'No finding in 5 executions, until it was interrupted.'],
      [[...events.slice(0, -1), interrupted], '1 finding in 5 executions, until it was interrupted.'],
    ] as const) {
      const { read } = await rendered(record)
      expect(read('report.html')).toContain(outcome)
      expect(read('findings.sarif')).toContain('"executionSuccessful": false')
      const document = XmlDocument.fromString(read('junit.xml'))
      expect(document.find('//testcase[not(*)]')).toHaveLength(0)
      expect(document.find('//error').length).toBeGreaterThan(0)
      document.dispose()
    }
  })

  test('a flow that could not be judged as it is written has not passed', async () => {
    const flow = (which: string): string => `continuity/${which}@iopsControllingServer/as-written#mcptt,no-gateways,udp`
    const events = exampleCampaign().map((event) =>
      event.event === 'cells-planned'
        ? {
            ...event,
            cells: ['group-call', 'private-call'].map((which) => ({
              scenario: flow(which),
              state: 'step 1',
              field: 'step 1',
              kind: 'duplicate',
              planned: 1,
            })),
          }
        : event.event === 'campaign-ended'
          ? { ...event, undecided: [{ scenario: flow('private-call'), why: 'step 2: there is no call' }] }
          : event,
    )
    const { read } = await rendered([...events])
    expect(read('report.html')).toMatch(/Not judged: <code>continuity\/private-call\S+<\/code>.*there is no call/)
    expect(read('findings.sarif')).toContain('"executionSuccessful": false')
    const document = XmlDocument.fromString(read('junit.xml'))
    const named = (which: string): string => `//testcase[contains(@classname, "${which}")]`
    expect(document.find(`${named('private-call@iops')}/error`)).toHaveLength(1)
    expect(document.find(`${named('private-call@iops')}[not(*)]`)).toHaveLength(0)
    expect(document.find(`${named('group-call')}[not(*)]`)).toHaveLength(1)
    document.dispose()
  })

  test('findings.sarif has what SARIF 2.1.0 requires', async () => {
    const { read } = await rendered(exampleCampaign(hostile))
    const validate = new Ajv({ allErrors: true }).compile(sarifShape)
    expect(validate(JSON.parse(read('findings.sarif'))), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x', rules: [] } }, results: [{}] }] })).toBe(
      false,
    )
  })

  test('findings.ndjson has one finding a line', async () => {
    const { read } = await rendered(exampleCampaign(hostile))
    const lines = read('findings.ndjson').trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { severity: string }).severity)).toEqual(['security'])
  })

  test('a record that was cut off, or has garbage in it, is still rendered', async () => {
    const { record, read } = await rendered([...exampleCampaign()].slice(0, 6), '{"event":"nonsense"}\n{"event":"find')
    expect(record.problems.map(({ kind }) => kind)).toEqual(['garbage', 'torn'])
    expect(read('report.html')).toContain('The record ends before the campaign did.')
  })
})

const browser = outsideProgram('chromium')

describe.skipIf(browser.missing)(`report.html of a campaign in a browser${browser.reason}`, { timeout: 60_000 }, () => {
  test('hostile text is text, no host is asked, nothing scrolls sideways', async () => {
    await rendered(exampleCampaign(hostile))
    const { page, requests, alarms, close } = await openPage(browser.path, join(directory, 'report.html'), {
      width: 390,
    })
    for (const summary of await page.locator('summary').all()) await summary.click()
    expect(await page.locator('body').innerText()).toContain('<script>alert(1)</script>')
    expect(await page.locator('main script, main img').count()).toBe(0)
    expect(await page.locator('table.kinds td.missing').count()).toBe(1)
    expect(await page.locator('table.kinds td.found').getAttribute('title')).toBe(
      'CSeq.sequence, number: a finding, 1 of 3; 200: 1',
    )
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    expect(requests.filter((address) => !address.startsWith('file:'))).toEqual([])
    expect(alarms).toEqual([])
    await close()
  })
})
