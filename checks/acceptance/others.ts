import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { readEvents, renderAllureReport } from '#report'
import { openPage } from '../../src/report/report-html/opened-page.testing.ts'
import { resultsIn } from './printed-verdicts.ts'
import type { Row } from './row.ts'
import { freePorts, mcx, ownPorts, withScratch } from './stranger.ts'

/** Every kind of verdict but `none`, beside the passes. */
const defects = 'token-expiry-unchecked response-correlated-by-system partner-gateway-internal-host-leaked'

export const row: Row = {
  shows: 'tshark decodes every message, JUnit is valid, both Allures open the results, no page asks anybody',
  async look(_, say) {
    const port = await freePorts()
    const faults: string[] = []
    for (const [what, env] of [
      ['a good run', {}],
      ['a run with defects', { MCX_DEFECT: defects }],
    ] as const)
      await withScratch(async (directory) => {
        const ended = await mcx(['run', '-c', ownPorts, '-o', directory], { env: { ...env, MCX_PORT: String(port) } })
        const { totals } = resultsIn(directory)
        say(`${what}: exit ${ended.code}, ${JSON.stringify(totals.verdicts)}, ${totals.messages} messages`)
        const looks = [capture, junit, pages]
        for (const look of looks) faults.push(...(await look(directory, port, say)).map((fault) => `${what}: ${fault}`))
      })
    return faults
  },
}

type Look = (directory: string, port: number, say: (line: string) => void) => Promise<readonly string[]>

/** Skipped where the program is not installed, but never under continuous integration. */
function program(name: string, say: (line: string) => void): string | undefined {
  const found = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name))
  const path = found.find((candidate) => existsSync(candidate))
  if (path === undefined && process.env['CI'] === 'true') throw new Error(`${name} is not installed`)
  if (path === undefined) say(`  skipped: ${name} is not installed`)
  return path
}

const capture: Look = async (directory, port, say) => {
  const tshark = program('tshark', say)
  if (tshark === undefined) return []
  let recorded = 0
  for await (const event of readEvents(join(directory, 'events.ndjson'))) if (event.event === 'message') recorded += 1
  const ports = Array.from({ length: 10 }, (_, offset) => port + offset)
  const asSip = ports.flatMap((each) => ['-d', `udp.port==${each},sip`, '-d', `tcp.port==${each},sip`])
  const fields = ['_ws.malformed', '_ws.expert.severity', 'sip.Call-ID'].flatMap((field) => ['-e', field])
  const { stdout } = await promisify(execFile)(
    tshark,
    ['-r', join(directory, 'capture.pcapng'), '-n', ...asSip, '-T', 'fields', ...fields],
    { maxBuffer: 1 << 28 },
  )
  const rows = stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => line.split('\t'))
  const malformed = rows.filter(([mark]) => mark !== '').length
  const wrong = rows.filter(([, severities = '']) =>
    severities.split(',').some((level) => Number(level) >= expertError),
  )
  const messages = rows.flatMap(([, , ids = '']) => ids.split(',').filter(Boolean)).length
  say(
    `  tshark: ${rows.length} frames, ${messages} SIP messages of ${recorded} recorded, ${malformed} malformed, ${wrong.length} with an expert error`,
  )
  return [
    ...(malformed === 0 ? [] : [`tshark finds ${malformed} frames malformed`]),
    ...(wrong.length === 0 ? [] : [`tshark finds an error in ${wrong.length} frames`]),
    ...(messages === recorded ? [] : [`tshark decodes ${messages} messages of ${recorded}`]),
  ]
}
/** PI_ERROR of Wireshark. */
const expertError = 8_388_608

const junit: Look = async (directory, _port, say) => {
  const document = XmlDocument.fromString(readFileSync(join(directory, 'junit.xml'), 'utf8'))
  const schema = XmlDocument.fromString(
    readFileSync(new URL('../../fixtures/report/junit.xsd', import.meta.url), 'utf8'),
  )
  const validator = XsdValidator.fromDoc(schema)
  const faults: string[] = []
  try {
    validator.validate(document)
  } catch (problem) {
    faults.push(`junit.xml is not valid: ${problem instanceof Error ? problem.message : String(problem)}`)
  }
  const passed = document.find('//testcase[not(failure) and not(error) and not(skipped)]').length
  const all = document.find('//testcase').length
  const { verdicts } = resultsIn(directory).totals
  say(`  junit.xml: valid, ${all} test cases, ${passed} passed; ${verdicts.pass} pass`)
  if (passed !== verdicts.pass) faults.push(`junit.xml counts ${passed} passed of ${verdicts.pass}`)
  validator.dispose()
  schema.dispose()
  document.dispose()
  return faults
}

const pages: Look = async (directory, _port, say) => {
  const chromium = program('chromium', say)
  if (chromium === undefined) return []
  const faults = [...(await opened(chromium, 'report.html', join(directory, 'report.html'), say))]
  for (const generator of ['allure', 'allure-commandline'] as const) {
    if (generator === 'allure-commandline' && program('java', say) === undefined) continue
    const page = await renderAllureReport(directory, generator)
    faults.push(...(await opened(chromium, generator, page, say)))
  }
  return faults
}

/** Loaded with the network cut off, and one case opened. */
async function opened(chromium: string, what: string, path: string, say: (line: string) => void): Promise<string[]> {
  const { page, requests, alarms, close } = await openPage(chromium, path)
  try {
    const name = page.getByText('migration/service-authorization').filter({ visible: true }).first()
    await name.waitFor({ timeout: 60_000 })
    await page.waitForTimeout(1000)
    const outside = requests.filter((address) => !/^(?:file|data|blob):/.test(address))
    say(`  ${what}: opened, ${requests.length} requests, ${outside.length} beyond the file, ${alarms.length} alarms`)
    return [...outside.map((address) => `${what} asks for ${address}`), ...alarms.map((alarm) => `${what}: ${alarm}`)]
  } finally {
    await close()
  }
}
