import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkConfiguration } from '#harness'
import { openUdp } from '#transport'
import { runCampaign } from './campaign.ts'
import { permissionFor, startConfiguredTarget } from './configured-target.ts'
import { validCase } from './grid.ts'
import { silentJournal } from './journal.ts'
import { elementOptions } from './scenarios/element.ts'

const program = fileURLToPath(new URL('fragile-element.testing.ts', import.meta.url))

async function freePort(address: string): Promise<number> {
  const socket = await openUdp({ address, port: 0, onDatagram: () => undefined, onFailure: () => undefined })
  const { port } = socket.local
  await socket.close()
  return port
}

async function configured(address: string, control: (port: string) => object) {
  const port = await freePort(address)
  const configuration = checkConfiguration(
    {
      suts: [
        {
          name: 'fragile',
          roles: ['primaryServer'],
          system: 'a.example',
          identity: `sip:fragile@${address}:${port}`,
          address,
          port,
          control: control(String(port)),
        },
      ],
    },
    'harness.config.ts',
  )
  const [sut] = configuration.suts
  if (sut === undefined) throw new Error('there is one')
  return { sut, permission: permissionFor(sut, { address: '127.0.0.1', fuzz: configuration.fuzz }) }
}

const options = {
  scenarios: [elementOptions],
  seed: 1,
  budget: 60_000,
  now: () => performance.now(),
  journal: silentJournal,
  say: () => undefined,
}

test('whoever ends a system under test is found, with what it said at its end', { timeout: 120_000 }, async () => {
  const { sut, permission } = await configured('127.0.0.2', (port) => ({
    start: [process.execPath, program, '127.0.0.2', port],
  }))
  const { findings } = await runCampaign({
    ...options,
    permission,
    startTarget: (own) => startConfiguredTarget(sut, own, () => undefined),
    isEnough: ({ complaint }) => complaint.oracle === 'liveness',
  })
  const found = findings.find(({ complaint }) => complaint.oracle === 'liveness')
  expect(found?.complaint.what).toContain('the target no longer serves valid requests: it ended with exit code 1')
  expect(found?.one.edits[0]?.path).toMatch(/^Contact/)
})

test('without a way to bring it back, a campaign ends there', { timeout: 120_000 }, async () => {
  const { sut, permission } = await configured('127.0.0.2', () => ({}))
  const started = await configured('127.0.0.2', () => ({
    start: [process.execPath, program, '127.0.0.2', String(sut.port)],
  }))
  const other = await startConfiguredTarget(started.sut, {} as never, () => undefined)
  try {
    const { findings, executions } = await runCampaign({
      ...options,
      permission,
      startTarget: (own) => startConfiguredTarget(sut, own, () => undefined),
    })
    expect(findings.map(({ complaint }) => complaint.oracle)).toContain('liveness')
    expect(executions).toBeLessThan(6000)
  } finally {
    await other.stop()
  }
})

test('what is fetched because a message names it is found', { timeout: 120_000 }, async () => {
  const { sut, permission } = await configured('127.0.0.2', (port) => ({
    start: [process.execPath, program, '127.0.0.2', port],
  }))
  const edit = { at: elementOptions.step, path: 'Head', kind: 'add', p: 'Alert-Info of a page', layer: 'a' } as const
  const { findings } = await runCampaign({
    ...options,
    permission,
    known: [{ ...validCase(elementOptions), edits: [edit] }],
    startTarget: (own) => startConfiguredTarget(sut, own, () => undefined),
    isEnough: ({ complaint }) => complaint.oracle === 'lure',
  })
  expect(findings.map(({ one, complaint }) => [one.edits, complaint.what])).toContainEqual([
    [edit],
    'a page is fetched that the message names',
  ])
})
