import { expect, test } from 'vitest'
import type { FuzzCase } from './case.ts'
import { validCase } from './grid.ts'
import { openLab } from './lab.ts'
import { serviceAuthorization } from './scenarios/service-authorization.ts'
import { streamOperations } from './streams.ts'
import { startReferenceTarget } from './target.ts'

const authorization = serviceAuthorization('publish')

async function complaintsOf(defects: readonly string[], cases: readonly FuzzCase[]): Promise<readonly string[]> {
  const lab = await openLab({
    now: () => performance.now(),
    startTarget: (own) => startReferenceTarget({ defects, own }),
  })
  try {
    const all = await Promise.all(cases.map((one) => lab.alone(one)))
    return all.flatMap(({ complaints }) => complaints.map(({ what }) => what))
  } finally {
    await lab.close()
  }
}

const operated = (op: string): readonly FuzzCase[] =>
  streamOperations(authorization)
    .filter((one) => one.op === op)
    .map((one) => ({ ...validCase(authorization), ops: [one] }))

test('the correct reference system takes what comes in pieces, and a reset', { timeout: 60_000 }, async () => {
  expect(await complaintsOf([], [...operated('reset'), ...operated('piece by piece')])).toEqual([])
})

test('lost-connection-unhandled is found by a reset', { timeout: 60_000 }, async () => {
  const [first] = operated('reset')
  const said = await complaintsOf(['lost-connection-unhandled'], first === undefined ? [] : [first])
  expect(said.join()).toMatch(/no longer serves valid requests: it ended/)
})

test('half-message-kept is found by half a message', { timeout: 90_000 }, async () => {
  const [first] = operated('half a message')
  const said = await complaintsOf(['half-message-kept'], first === undefined ? [] : [first])
  expect(said).toEqual(['half a message is waited for without end'])
})
