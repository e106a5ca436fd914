import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'mcx-explain-'))
afterAll(() => rmSync(directory, { recursive: true }))

const recorded = fileURLToPath(
  new URL('../../fixtures/vectors/captures/mcptt-private-call-with-floor.pcapng', import.meta.url),
)
const capture = readFileSync(recorded)
const mcx = fileURLToPath(new URL('mcx.ts', import.meta.url))

function explain(...args: readonly string[]): { status: number | null; out: string; problems: readonly string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mcx, 'explain', ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    maxBuffer: 1 << 28,
  })
  return { status, out: stdout, problems: stderr.split('\n').filter((line) => line !== '') }
}

const file = (name: string, octets: Uint8Array): string => {
  const path = join(directory, name)
  writeFileSync(path, octets)
  return path
}

/** Blocks of a pcapng file up to, not including, the one with that packet. */
function upToPacket(packet: number): number {
  let at = 0
  for (let seen = 0; at < capture.length; at += capture.readUInt32LE(at + 4))
    if (capture.readUInt32LE(at) === 6) {
      seen += 1
      if (seen === packet) return at
    }
  return at
}

test('a capture with broken rules', () => {
  const { status, out, problems } = explain(recorded, '--width', '80')
  expect(status).toBe(1)
  expect(problems).toEqual([])
  expect(out).toBe(
    readFileSync(
      new URL('../../fixtures/golden/captures/mcptt-private-call-with-floor/80-columns.txt', import.meta.url),
      'utf8',
    ),
  )
})

test('a capture without: registrations that bend a rule at most', () => {
  const { status, out } = explain(file('registrations.pcapng', capture.subarray(0, upToPacket(5))))
  expect(status).toBe(0)
  expect(out).toContain('alice registers for MCPTT')
})

test('as a value', () => {
  const { status, out } = explain(recorded, '--json')
  expect(status).toBe(1)
  expect(JSON.parse(out)).toMatchObject({ packets: 36, summary: { sipMessages: 26, dialogs: 1 } })
})

test('a truncated capture: what came before is told, then where it ends', () => {
  const { status, out, problems } = explain(file('truncated.pcapng', capture.subarray(0, upToPacket(5) + 100)))
  expect(status).toBe(2)
  expect(out).toContain('alice registers for MCPTT')
  expect(problems).toEqual([
    expect.stringMatching(/^mcx: .*truncated\.pcapng: a block of \d+ octets is announced, 100 are left/),
  ])
})

test.each<[string, Uint8Array, RegExp]>([
  ['empty', new Uint8Array(), /the file is empty/],
  ['garbage', Buffer.from('\u0000\u0001no capture\u001b[2J'), /neither pcapng nor pcap: the file begins with 00016e6f/],
  ['compressed', Buffer.from('1f8b0800000000', 'hex'), /compressed/],
  [
    'a lying length',
    Buffer.concat([capture.subarray(0, 4), Buffer.from('ffffff7f4d3c2b1a', 'hex')]),
    /2147483647|multiple of 4/,
  ],
  ['cut in the file header', Buffer.from('d4c3b2a1', 'hex'), /the file header has 24 octets/],
])('%s: one line, exit code 2', (name, octets, problem) => {
  const { status, out, problems } = explain(file(`${name.replaceAll(' ', '-')}.pcapng`, octets))
  expect({ status, out }).toEqual({ status: 2, out: '' })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(problem)
})

test.each([
  ['no such file', join(directory, 'missing.pcapng'), /cannot be opened/],
  ['a directory', directory, /is no file/],
])('%s: one line, exit code 2', (_, path, problem) => {
  const { status, problems } = explain(path)
  expect(status).toBe(2)
  expect(problems).toEqual([expect.stringMatching(problem)])
})

test('a capture of nothing that can be told', () => {
  const header = Buffer.from('d4c3b2a1020004000000000000000000ffff000065000000', 'hex')
  const { status, problems } = explain(file('nothing.pcap', header))
  expect(status).toBe(3)
  expect(problems).toEqual([expect.stringContaining('0 packets, none of them SIP, RTCP or floor control')])
})
