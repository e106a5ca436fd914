import { fileURLToPath } from 'node:url'
import { checkConfiguration } from '#harness'
import { openUdp } from '#transport'
import { expect, test } from 'vitest'
import type { Edit } from './case.ts'
import { startConfiguredTarget } from './configured-target.ts'
import { validCase } from './grid.ts'
import { silentJournal } from './journal.ts'
import { openLab } from './lab.ts'
import { nothingObserved } from './observation.ts'
import { complaint } from './oracle.ts'
import type { Execution } from './execution.ts'
import { elementOptions } from './scenarios/element.ts'
import { createSecondLook } from './second-look.ts'
import { createTally } from './tally.ts'

const program = fileURLToPath(new URL('fragile-element.testing.ts', import.meta.url))
const now = (): number => performance.now()

/** A system under test that hears nothing more from a port from which a body has not come whole. */
async function deafSystem() {
  const socket = await openUdp({
    address: '127.0.0.1',
    port: 0,
    onDatagram: () => undefined,
    onFailure: () => undefined,
  })
  const { port } = socket.local
  await socket.close()
  const address = '127.0.0.1'
  const start = [process.execPath, program, address, String(port), 'deaf']
  const identity = `sip:deaf@${address}:${port}`
  const sut = { name: 'deaf', roles: ['primaryServer'], system: 'a.example', identity, address, port }
  const [checked] = checkConfiguration({ suts: [{ ...sut, control: { start } }] }, 'harness.config.ts').suts
  if (checked === undefined) throw new Error('there is one')
  return checked
}

const suspect = (edit: Edit): Execution => {
  const one = { ...validCase(elementOptions), edits: [edit] }
  const silence = complaint('class', 'RFC 3261 8.2.6', 'robustness', 'no answer', 'one', 'none')
  return { one, complaints: [silence], observation: { ...nothingObserved, silent: true } } as unknown as Execution
}

test('whoever comes behind one that leaves the system deaf is not blamed', { timeout: 60_000 }, async () => {
  const sut = await deafSystem()
  const lab = await openLab({ now, startTarget: (own) => startConfiguredTarget(sut, own, () => undefined) })
  try {
    const tally = createTally({ now, began: now(), journal: silentJournal, say: () => undefined })
    const look = createSecondLook({ lab, tally, scenarios: [elementOptions], isLate: () => false })
    await look(suspect({ at: '1', path: 'Content-Length.value', kind: 'number', p: '2147483647', layer: 'a' }))
    await look(suspect({ at: '1', path: 'User-Agent.line', kind: 'remove', layer: 'a' }))
    expect(tally.findings.map(({ one, complaint: { what } }) => [one.edits[0]?.path, what])).toEqual([
      ['Content-Length.value', 'no answer to the valid request behind it'],
    ])
    expect(tally.inconclusive).toBe(1)
  } finally {
    await lab.close()
  }
})
