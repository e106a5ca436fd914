import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readRun } from '#report'
import { resultsIn } from './acceptance/printed-verdicts.ts'
import { freePorts, mcx, ownPorts } from './acceptance/stranger.ts'

// The alternative profile, in which a redirection is the response 302: the same cases with the same verdicts.

const out = mkdtempSync(join(tmpdir(), 'mcx-moved-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

const cases = [
  'redirection/private-call@*/as-written#*,both-gateways,udp',
  'redirection/private-call@callingClient/3~*#mcptt,no-gateways,udp',
  'redirection/private-call@primaryServer/1a~deny*#mcptt,no-gateways,udp',
  'redirection/consecutive-migration@*/as-written#mcptt,*udp',
  'redirection/returned-user@*/as-written#mcptt,*udp',
  'redirection/endless-redirection@*/as-written#*udp',
]

test('redirection by 302 passes wherever redirection by a request does', async () => {
  const words = ['run', '-c', ownPorts, '-o', out, '--profile', 'rel-18-moved', ...cases]
  const ended = await mcx(words, { env: { MCX_PORT: String(await freePorts()) }, patience: 100 })
  const played = resultsIn(out).cases
  expect(
    played.filter(({ verdict }) => verdict !== 'pass').map(({ id, findings }) => [id, findings[0]?.actual]),
  ).toEqual([])
  expect(ended.code, ended.stdout + ended.stderr).toBe(0)
  expect(played.length).toBeGreaterThan(20)
  const summaries = (await readRun(out)).messages.map(({ summary }) => summary)
  expect(summaries.filter((summary) => summary.startsWith('302 ')).length).toBeGreaterThan(10)
  expect(summaries.filter((summary) => summary.endsWith('private call redirection'))).toEqual([])
}, 300_000)
