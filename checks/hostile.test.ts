import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostileSystems } from '../fixtures/hostile-systems/hostile-systems.ts'
import { script } from '../fixtures/hostile-systems/hostile-text.ts'
import { outsideProgram } from '../src/report/outside-program.ts'
import { openPage } from '../src/report/report-html/opened-page.testing.ts'
import { dishonestyOf, expectations } from './hostile-expectations.ts'
import { runAgainst, type HostileRun } from './hostile-run.ts'

// A few of the hostile systems, with a few cases each; `npm run hostile` plays them all.
const place = mkdtempSync(join(tmpdir(), 'mcx-hostile-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const few = ['as-written*', '*~omit:mcServiceId#*,udp'].map((id) => `migration/service-authorization@*/${id}`)
const play = (name: string, ids = few): Promise<HostileRun> => runAgainst(name, join(place, name), ids)

test('for every hostile system it is said what it deserves', () => {
  expect(Object.keys(expectations)).toEqual(Object.keys(hostileSystems))
})

test.each(['refusing', 'garbage', 'huge-body', 'thousand-answers', 'html-in-text'])(
  'a run against a system that is %s ends in time with honest verdicts',
  { timeout: 300_000 },
  async (name) => {
    const run = await play(name)
    expect(dishonestyOf(run)).toEqual([])
  },
)

describe('a system that puts script and worse into every field', { timeout: 300_000 }, () => {
  let run: HostileRun
  beforeAll(async () => {
    run = await play('html-everywhere')
  }, 300_000)
  const file = (name: string): string => join(place, 'html-everywhere', name)

  test('is judged for what it does', () => {
    expect(dishonestyOf(run)).toEqual([])
    expect(run.record.totals.verdicts.fail).toBeGreaterThan(0)
    expect(run.record.cases.flatMap(({ messages }) => messages).some(({ summary }) => summary.includes(script))).toBe(
      true,
    )
  })

  test('breaks neither junit.xml nor results.json', () => {
    const junit = XmlDocument.fromBuffer(readFileSync(file('junit.xml')))
    const schema = XmlDocument.fromBuffer(readFileSync(new URL('../fixtures/report/junit.xsd', import.meta.url)))
    const validator = XsdValidator.fromDoc(schema)
    expect(() => validator.validate(junit)).not.toThrow()
    for (const one of [validator, schema, junit]) one.dispose()
    const results = JSON.parse(readFileSync(file('results.json'), 'utf8')) as { cases: readonly unknown[] }
    expect(results.cases).toHaveLength(run.record.totals.cases)
  })

  const browser = outsideProgram('chromium')
  test.skipIf(browser.missing)(`is shown as text by report.html${browser.reason}`, async () => {
    const { page, requests, alarms, close } = await openPage(browser.path, file('report.html'))
    const isText = async (selector: string): Promise<void> =>
      expect(await page.locator(selector).first().innerText()).toContain(script)
    await isText('#findings')
    for (const role of ['primaryServer', 'partnerServer']) {
      await page.evaluate(`location.hash = '#cases'`)
      await page.locator(`tr[data-verdict=fail][data-id*="@${role}/as-written"] th a`).first().click()
      await page.locator('.case h1').waitFor()
      await page.evaluate(`for (const one of document.querySelectorAll('.case details')) one.open = true`)
      await page.locator('.case .octets').last().waitFor()
      // What a reader would touch: each message as text and in hexadecimal, the diagram, the replay line.
      for (const button of await page.getByRole('button', { name: 'Hex' }).all()) await button.click()
      for (const button of await page.getByRole('button', { name: 'Text' }).all()) await button.click()
      for (const summary of await page.locator('.message summary').all()) await summary.hover()
      await isText('.case')
      await isText('.message.received b')
      await isText('.message.received .octets')
    }
    const hostileFlags = await page.evaluate<string[]>(`Object.keys(window).filter((key) => key.startsWith('hostile'))`)
    expect(hostileFlags).toEqual([])
    expect(
      await page.locator('main script, .case script, .case img, .case a[href^="javascript"], svg[onload]').count(),
    ).toBe(0)
    expect(alarms).toEqual([])
    expect(requests.filter((address) => !address.startsWith('file:'))).toEqual([])
    await close()
  })
})
