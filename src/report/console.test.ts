import { describe, expect, test } from 'vitest'
import type { RunEvent } from '#verdict'
import { createConsole } from './console.ts'
import { exampleRun } from './example-run.ts'

function printed(
  events: Iterable<RunEvent>,
  { isTTY = false, colour = false, columns = 80, full = 20, verbose = false } = {},
): string {
  let text = ''
  let now = 0
  const out = { write: (part: string) => void (text += part), isTTY, columns }
  const lines = createConsole({ out, now: () => (now += 50), colour, report: 'reports/run/report.html', full, verbose })
  for (const event of events) lines.event(event)
  lines.end()
  lines.end()
  return text
}

const escape = String.fromCharCode(27)

describe('console', () => {
  test('a failure is a finding in its anatomy', () => {
    const text = printed(exampleRun({ cases: 9 }))
    const at = text.indexOf('FAIL')
    expect(text.slice(at, text.indexOf('\n\n', at))).toMatchInlineSnapshot(`
      "FAIL  migration/service-authorization@primaryGateway~two-users/gateways/udp/6
        requirement   The primary MC gateway server sends the migration request for the user it was asked about.
        clause        TR 23.781 6.x.1 step 5  (seed: the 3GPP document that describes the procedure)
        step, role    step 5, primaryGateway, body, mcServiceId
        expected      mcServiceId sip:alice@primary.example
        actual        mcServiceId sip:bob@primary.example
        messages      #21  +0.039 s  sent      partnerGateway to primaryGateway  udp  MESSAGE migration request
                      #23  +0.041 s  received  primaryServer from primaryGateway  udp  MESSAGE migration request
        replay        mcx replay 'migration/service-authorization@primaryGateway~two-users/gateways/udp/6' --seed 20260302"
    `)
  })

  test('the end counts role by verdict, exclusions with reasons, declared failures apart', () => {
    const text = printed(exampleRun({ cases: 60 }))
    expect(text.slice(text.lastIndexOf('\nrole  ') + 1)).toMatchInlineSnapshot(`
      "role            pass  fail  inconclusive  error  none   total
      client             8     2             1      1     -      12
      partnerGateway     8     2             1      1     -      12
      partnerServer      8     2             1      1     -      12
      primaryGateway     8     2             1      1     -      12
      primaryServer      8     2             1      1     -      12
      total             40    10             5      5     -      60

      60 cases in 3.0 s
      1 declared failure met, not counted against the run
      4 cases excluded:
            2  the system under test claims no MCVideo
            1  the configuration names no tls address
            1  the configuration names no websocket address
      report  reports/run/report.html
      "
    `)
  })

  test('verbose: a line for every case as it ends, in the order of the run', () => {
    const lines = printed(exampleRun({ cases: 20 }), { verbose: true }).split('\n')
    const ended = [...exampleRun({ cases: 20 })].filter((one) => one.event === 'case-finished')
    const told = lines.filter((line) => line.endsWith(' ms')).map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))
    expect(told).toEqual(ended.map((one) => `${one.verdict} ${one.case}`))
  })

  test('text from outside cannot speak to the terminal', () => {
    const hostile = `${escape}[2J${escape}]0;title\u0007\u009b31m\r\n\u202e`
    for (const isTTY of [false, true]) {
      const text = printed(exampleRun({ cases: 24, hostile }), { isTTY })
      const outside = text.replaceAll(`\r${escape}[2K`, '').replaceAll('\n', '')
      expect(outside).not.toMatch(/\p{Cc}|\u202e/u)
      expect(text).toContain('\\x1b[2J\\x1b]0;title\\x07')
    }
  })

  test('on a terminal one line is kept up to date and never wraps', () => {
    const text = printed(exampleRun({ cases: 60 }), { isTTY: true, columns: 40 })
    const live = text
      .split('\n')
      .flatMap((line) => line.split(`\r${escape}[2K`))
      .filter((line) => / of 60 cases/.test(line))
    expect(live.length).toBeGreaterThan(10)
    for (const line of live) expect(line.length).toBeLessThan(40)
  })

  test('elsewhere progress is sparse', () => {
    expect(printed(exampleRun({ cases: 60 })).match(/ of 60 cases/g)?.length ?? 0).toBeLessThan(5)
  })

  test('after many findings one line each', () => {
    const text = printed(exampleRun({ cases: 240 }), { full: 5 })
    expect(text.match(/ {2}requirement/g)).toHaveLength(5)
    expect(text.match(/^(FAIL|ERROR|INCONCLUSIVE) /gm)?.length).toBe(79)
  })

  test('a finding whose case never finished is still printed', () => {
    const events = [...exampleRun({ cases: 12 })].filter(
      (event) => event.event !== 'case-finished' && event.event !== 'run-finished',
    )
    const text = printed(events)
    expect(text).toContain('the run ended before a verdict')
    expect(text.match(/^(FAIL|ERROR|INCONCLUSIVE) /gm)?.length).toBe(4)
    expect(text).toContain('Nothing was judged.')
  })

  test('colours only when asked', () => {
    expect(printed(exampleRun({ cases: 12 }))).not.toContain(escape)
    expect(printed(exampleRun({ cases: 12 }), { colour: true })).toContain(`${escape}[31m`)
  })
})
