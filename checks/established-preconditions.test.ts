import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { readRun, type RunRecord } from '#report'
import { freePorts, mcx } from './acceptance/stranger.ts'

// What has to hold before a case is brought about by the control adapter, and not by the protocol.

const configuration = fileURLToPath(new URL('established-preconditions.config.ts', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'mcx-established-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function play(cases: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunRecord> {
  const out = mkdtempSync(join(directory, 'out-'))
  const port = String(Math.min(await freePorts(), 19_960))
  const { stderr } = await mcx(['run', '-c', configuration, '-o', out, '--no-render', ...cases], {
    env: { MCX_PORT: port, ...env },
    patience: 100,
  })
  return readRun(out).catch((problem: unknown) => {
    throw new Error(stderr, { cause: problem })
  })
}

const verdicts = ({ cases }: RunRecord): readonly (readonly [string, string, string | undefined])[] =>
  cases.map(({ description, verdict, findings: [first] }) => [description.id, verdict, first?.actual])

test('a user who has migrated because the adapter says so is called like any other', async () => {
  const record = await play([
    'redirection/private-call@primaryServer/*#mcptt,no-gateways,udp',
    'redirection/private-call@partnerServer/as-written#mcptt,no-gateways,*',
    'redirection/private-call@calledClient/as-written#mcptt,no-gateways,udp',
  ])
  expect(verdicts(record).filter(([, verdict]) => verdict !== 'pass')).toEqual([])
  expect(record.cases.length).toBeGreaterThan(25)
  const migrations = record.messages.filter(({ summary }) => / migration /.test(` ${summary} `))
  expect(migrations.map(({ summary }) => summary)).toEqual([])
}, 300_000)

test('what goes on in a session is brought about by the protocol all the same', async () => {
  const record = await play(['group/affiliation-status@primaryServer/as-written#mcptt,no-gateways,udp'])
  expect(verdicts(record).map(([, verdict]) => verdict)).toEqual(['pass'])
  expect(record.messages.map(({ summary }) => summary)).toContain('PUBLISH group affiliation request')
}, 180_000)

test('an adapter that refuses makes the case inconclusive, with its words', async () => {
  const record = await play(['redirection/private-call@primaryServer/as-written#mcptt,no-gateways,udp'], {
    MCX_REFUSES: 'yes',
  })
  expect(verdicts(record).map(([, verdict]) => verdict)).toEqual(['inconclusive'])
  const [finding] = record.cases[0]?.findings ?? []
  expect(finding?.requirement).toMatch(/^before the flow begins, MC service user 2 has migrated/)
  expect(finding?.actual).toMatch(/ended with exit code 3/)
}, 180_000)

test('a defect is found after it', async () => {
  const record = await play(['redirection/private-call@primaryServer/as-written#mcptt,no-gateways,udp'], {
    MCX_DEFECT: 'redirection-without-security-domain',
  })
  const [finding] = record.cases[0]?.findings ?? []
  expect([finding?.verdict, finding?.step]).toEqual(['fail', '3'])
}, 180_000)
