import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { answerTo } from './answer.testing.ts'
import { runCampaign, type CampaignOptions, type CampaignResult } from './campaign.ts'
import { silentJournal } from './journal.ts'
import { elementOptions } from './scenarios/element.ts'
import { scenarios } from './scenarios/index.ts'
import { startReferenceTarget, type Target } from './target.ts'

/** Cases of every kind, in the same order each time. */
const play = (defects: readonly string[], most: number, more: Partial<CampaignOptions> = {}): Promise<CampaignResult> =>
  runCampaign({
    scenarios: scenarios.filter(({ alternative }) => alternative === 'publish'),
    seed: 1,
    budget: 200_000,
    most,
    now: () => performance.now(),
    startTarget: (own) => startReferenceTarget({ defects, own }),
    journal: silentJournal,
    say: ignore,
    isEnough: () => defects.length > 0,
    ...more,
  })
const ignore = (): void => undefined

test('nothing is found in the correct reference system', { timeout: 240_000 }, async () => {
  const { findings, executions, notTested } = await play([], 512)
  expect(notTested).toBeUndefined()
  expect(executions).toBeGreaterThanOrEqual(512)
  expect(findings.map(({ signature }) => signature)).toEqual([])
})

test.each([
  ['token-signature-unchecked', 'accepted in spite of credentials changed'],
  ['temporary-identity-lost', 'temporaryId in the migration request is not that of the request'],
])('%s is found', { timeout: 240_000 }, async (defect, what) => {
  const { findings } = await play([defect], 4096)
  expect(findings.map(({ complaint }) => complaint.what)).toContain(what)
})

test('the time that findings take is left of the budget', { timeout: 240_000 }, async () => {
  // Once there is one, nothing of the budget is left for more.
  const { findings, executions, milliseconds } = await play(['token-signature-unchecked'], 20_000, {
    isEnough: undefined,
    forFindings: 200_000,
  })
  expect(findings.length).toBeGreaterThan(0)
  expect(executions).toBeLessThan(20_000)
  expect(milliseconds).toBeLessThan(200_000)
})

/** An element that answers 200 to each OPTIONS, and stands still once for so many milliseconds, then answers all that came meanwhile. */
async function openStandingStill(behind: number, milliseconds: number) {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let heard = 0
  let restarts = 0
  let waiting: (() => void)[] | undefined
  socket.on('message', (octets, remote) => {
    heard += 1
    const send = (): void => socket.send(answerTo(octets), remote.port, remote.address)
    if (heard === behind) {
      const late: (() => void)[] = (waiting = [])
      setTimeout(() => {
        waiting = undefined
        for (const one of late) one()
      }, milliseconds)
    }
    if (waiting === undefined) send()
    else waiting.push(send)
  })
  const element = { address: '127.0.0.1', port: socket.address().port, identity: 'sip:mc-server@a.reference.example' }
  const nothing = () => Promise.resolve()
  const target: Target = {
    places: { element },
    isProbed: true,
    restarts: true,
    ended: () => undefined,
    reset: nothing,
    restart: () => Promise.resolve(void (restarts += 1)),
    stop: () => Promise.resolve(void socket.close()),
  }
  return { target, heard: () => heard, restarts: () => restarts }
}

test('whoever stands still for some seconds is not taken for gone', { timeout: 120_000 }, async () => {
  const { target, heard, restarts } = await openStandingStill(600, 8500)
  const { findings } = await play([], 1000, {
    scenarios: [elementOptions],
    startTarget: () => Promise.resolve(target),
    isEnough: undefined,
  })
  expect(heard()).toBeGreaterThan(1000)
  expect(restarts()).toBe(0)
  expect(findings.map(({ complaint }) => complaint.oracle)).not.toContain('liveness')
})
