import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readHttpMessage } from '#wire/http'
import { outsideProgram } from '../report/outside-program.ts'
import { exampleMessages, exampleOctets, profiles } from './index.ts'

// What others read in the octets of every example.

const directory = mkdtempSync(join(tmpdir(), 'mcx-bindings-'))
afterAll(() => rmSync(directory, { recursive: true }))

const tshark = outsideProgram('tshark')
const text2pcap = outsideProgram('text2pcap')
const missing = tshark.missing || text2pcap.missing

const examples = Object.values(profiles)
  .flatMap((profile) =>
    exampleMessages(profile).map((example) => ({ ...example, octets: exampleOctets(example, profile) })),
  )
  .filter(({ octets }) => readHttpMessage(octets) === undefined)

/** As text2pcap wants it: an offset and octets on each line, offset 0 begins a packet. */
const dump = (octets: Uint8Array): string => {
  const rows: string[] = []
  for (let at = 0; at < octets.length; at += 16) {
    const row = Buffer.from(octets.subarray(at, at + 16)).toString('hex')
    rows.push(`${at.toString(16).padStart(6, '0')} ${row.replaceAll(/../g, '$& ')}`)
  }
  return `${rows.join('\n')}\n\n`
}

test.skipIf(missing)(`a dissector reads every example${tshark.reason}`, { timeout: 60_000 }, () => {
  const [text, capture] = [join(directory, 'examples.txt'), join(directory, 'examples.pcap')]
  writeFileSync(text, examples.map(({ octets }) => dump(octets)).join(''))
  execFileSync(text2pcap.path, ['-q', '-u', '5060,5060', text, capture])
  const fields = ['sip.Method', 'sip.Status-Code', 'mikey.type', 'sdp.media.proto', '_ws.malformed']
  const rows = execFileSync(
    tshark.path,
    ['-r', capture, '-T', 'fields', '-E', 'separator=;', ...fields.flatMap((name) => ['-e', name])],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
    .trimEnd()
    .split('\n')
  expect(rows).toHaveLength(examples.length)
  for (const [at, { service, slug, octets, ies }] of examples.entries()) {
    const [method, status, mikey, protocols = '', malformed] = (rows[at] ?? '').split(';')
    const first = Buffer.from(octets).toString('latin1').split(' ', 2)
    expect(
      [method, status].filter((one) => one !== ''),
      `${service} ${slug}`,
    ).toContain(first[0] === 'SIP/2.0' ? first[1] : first[0])
    expect(malformed, `${service} ${slug}`).toBe('')
    const secured = method === 'INVITE' && ies.endToEndSecurity !== undefined
    expect(mikey, `${service} ${slug}`).toBe(secured ? '26' : '')
    expect(protocols.includes('RTP/SAVP'), `${service} ${slug}`).toBe(secured)
  }
})
