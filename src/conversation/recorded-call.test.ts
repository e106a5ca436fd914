import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readCapture } from '#wire/capture'
import { outsideProgram } from '../report/outside-program.ts'
import { explanationJson, explanationOf, hasErrors, readConversation, summaryOf } from './index.ts'

// Two MCPTT clients of others that call each other through a proxy of others, as it was recorded.

const path = fileURLToPath(
  new URL('../../fixtures/vectors/captures/mcptt-private-call-with-floor.pcapng', import.meta.url),
)
const conversation = readConversation(readCapture(readFileSync(path)))
const summary = summaryOf(conversation)

const golden = (name: string): string =>
  readFileSync(new URL(`../../fixtures/golden/captures/mcptt-private-call-with-floor/${name}`, import.meta.url), 'utf8')

describe('a recorded private call', () => {
  test('every message, body and floor message is accounted for', () => {
    expect(summary).toMatchObject({
      sipMessages: 26,
      requests: { REGISTER: 4, INVITE: 2, PRACK: 2, ACK: 2, BYE: 2 },
      responses: { '100': 2, '180': 2, '200': 10 },
      bodies: { 'application/sdp': 4, 'application/vnd.3gpp.mcptt-info+xml': 4, 'application/resource-lists+xml': 2 },
      retransmissions: 0,
      forwarded: 8,
      transactions: 10,
      unanswered: 0,
      dialogs: 1,
      calls: 1,
      floorMessages: { 'Floor Request': 2, 'Floor Release': 2 },
      rtcpDatagrams: 10,
      rtpPackets: 0,
      unexplained: 0,
    })
    expect(conversation.entries.map(({ packet }) => packet)).toEqual(
      Array.from({ length: 36 }, (_, index) => index + 1),
    )
  })

  test('who takes part', () => {
    expect(conversation.parties.map(({ name, kind, identities }) => [name, kind, identities])).toEqual([
      ['bob', 'client', ['sip:bob@mc-a.test']],
      ['kamailio-peer-a', 'server', []],
      ['alice', 'client', ['sip:alice@mc-a.test']],
    ])
  })

  // Each was held against the octets and the text of its clause.
  test('each judgement, and no other', () => {
    const judged = conversation.entries.flatMap(({ packet, findings }) =>
      findings
        .filter(({ inherited }) => inherited === undefined)
        .map(({ severity, rule, clause, offset }) => `#${packet} ${severity} ${rule} ${clause} ${offset}`),
    )
    expect(judged).toEqual([
      // The registrations name the service by one of its two feature tags.
      '#1 warning mcptt-feature-tag-missing TS 24.379 7.2.1 170',
      '#3 warning mcptt-feature-tag-missing TS 24.379 7.2.1 174',
      // 2304 and 2508 octets over UDP.
      '#5 warning request-too-large-for-udp RFC 3261 18.1.1 0',
      '#7 warning request-too-large-for-udp RFC 3261 18.1.1 0',
      // The called client copies Record-Route into its 100, and leaves the feature tags out of its 180 and 200.
      '#8 warning header-field-not-applicable RFC 3261 20 table 3 396',
      '#9 warning mcptt-feature-tag-missing TS 24.379 6.2.3 198',
      '#11 warning mcptt-feature-tag-missing TS 24.379 6.2.3 193',
      // Contact has no place in PRACK, nor in the 200 to it or to BYE.
      '#13 error header-field-not-applicable RFC 3262 6 table 1 210',
      '#17 error header-field-not-applicable RFC 3262 6 table 1 193',
      // The clients speak floor control with each other, and neither arbitrates.
      '#21 warning floor-request-unanswered TS 24.380 6.3.5 0',
      // A sender report that counts 0 packets.
      '#22 warning sender-report-without-packets RFC 3550 6.4 0',
      '#24 warning floor-request-unanswered TS 24.380 6.3.5 0',
      // RTCP BYE alone in its datagram; no a=rtcp-rsize was agreed.
      '#26 error rtcp-compound-first RFC 3550 6.1 0',
      '#26 error rtcp-compound-cname RFC 3550 6.1 0',
      // Floor Release after the BYE of SIP.
      '#27 warning floor-control-after-release TS 24.380 6.2.2 0',
      '#29 error header-field-not-applicable RFC 3261 20 table 2 193',
      '#31 warning sender-report-without-packets RFC 3550 6.4 0',
      '#32 error rtcp-compound-first RFC 3550 6.1 0',
      '#32 error rtcp-compound-cname RFC 3550 6.1 0',
    ])
    expect(hasErrors(summary)).toBe(true)
  })

  test('what the proxy passes on is the finding of whom it passes on', () => {
    const inherited = conversation.entries.flatMap(({ packet, findings }) =>
      findings.filter((one) => one.inherited !== undefined).map((one) => [packet, one.inherited]),
    )
    expect(inherited).toEqual([
      [10, 9],
      [12, 11],
      [15, 13],
      [18, 17],
      [30, 29],
    ])
  })

  test.each([80, 140])('the explanation in %i columns', (width) => {
    const lines = [...explanationOf(conversation, { width })]
    expect(`${lines.join('\n')}\n`).toBe(golden(`${width}-columns.txt`))
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
  })

  test('the explanation as a value', () => {
    expect(`${JSON.stringify(explanationJson(conversation), null, 2)}\n`).toBe(golden('explanation.json'))
  })

  const tshark = outsideProgram('tshark')

  test.skipIf(tshark.missing)(`tshark counts the same${tshark.reason}`, { timeout: 60_000 }, () => {
    const count = (filter: string, field = 'frame.number'): string[] =>
      execFileSync(tshark.path, ['-n', '-r', path, '-Y', filter, '-T', 'fields', '-e', field], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
        .split('\n')
        .filter((line) => line !== '')
    expect(summary.sipMessages).toBe(count('sip').length)
    expect(summary.requests['INVITE']).toBe(count('sip.Method == "INVITE"').length)
    expect(summary.responses['200']).toBe(count('sip.Status-Code == 200').length)
    const parts = count('mime_multipart', 'mime_multipart.part').flatMap((line) => line.split(','))
    expect(Object.values(summary.bodies).reduce((sum, one) => sum + one, 0)).toBe(parts.length)
    expect(summary.rtcpDatagrams).toBe(count('rtcp').length)
    expect(summary.floorMessages['Floor Request']).toBe(
      count('rtcp.app.name == "MCPT" && rtcp.app.subtype == 0').length,
    )
    expect(summary.floorMessages['Floor Release']).toBe(
      count('rtcp.app.name == "MCPT" && rtcp.app.subtype == 4').length,
    )
    expect(count('sip.resend == 1')).toHaveLength(summary.retransmissions)
    expect(count('not sip and not rtcp')).toHaveLength(summary.unexplained)
  })
})
