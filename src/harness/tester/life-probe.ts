import { setTimeout } from 'node:timers/promises'
import { ask } from '#stack/http'
import type { HttpRequest } from '#wire/http'
import type { SutConfiguration } from '../configuration.ts'
import { isHttpRole, type FlowRole } from '../world/functional-entity.ts'
import { digest } from '../world/world-user.ts'
import { hostOf, identityOf } from '../world/systems.ts'
import type { CaseLine, SendTag } from './case-line.ts'
import type { Tester } from './tester.ts'
import { wayTo } from './way.ts'

/** How long any response to OPTIONS is waited for, milliseconds: time for three copies over UDP. */
const patience = 2000

/** Who was heard of so lately lives, milliseconds. */
const lately = 100

/** Any HTTP response to anything is a sign of life. */
async function probeHttp({ address, port }: SutConfiguration): Promise<string | undefined> {
  const options: HttpRequest = { kind: 'request', method: 'OPTIONS', target: '/', headers: [], body: new Uint8Array() }
  const outcome = await ask({ address, port }, options, undefined, {
    body: 65_536,
    headers: 32_768,
    exchange: patience,
  })
  return outcome.kind === 'response' ? undefined : `no response to any HTTP request from ${address} port ${port}`
}

/**
 * Asks with OPTIONS, which every SIP element answers somehow (RFC 3261 11), unless it was heard of just now. Returns
 * what was tried when there is no sign of life.
 */
export async function probeLife(tester: Tester, line: CaseLine, role: FlowRole): Promise<string | undefined> {
  const { sut, transport, id } = line.planned
  const since = tester.clock.now() - lately
  if (tester.signsOfLife.since(sut, since)) return undefined
  const { systems, slot } = line
  if (isHttpRole(sut.roles[0] ?? '')) return probeHttp(sut)
  const way = wayTo(sut, transport)
  const unique = (purpose: string): string => digest(tester.seed, id, slot, 'sign of life', purpose)
  const tag: SendTag = { line, message: 'sign of life' }
  const transaction = tester.stack(role).request(
    {
      method: 'OPTIONS',
      requestUri: sut.identity,
      from: identityOf(role, systems),
      to: sut.identity,
      headers: [['Accept', 'application/sdp']],
      callId: `${unique('call').slice(0, 24)}@${hostOf(role, systems)}`,
      fromTag: unique('tag').slice(0, 12),
      branch: `z9hG4bK${unique('branch').slice(0, 20)}`,
      cseq: 1,
    },
    way,
    tag,
  )
  await Promise.race([transaction.final, setTimeout(patience)])
  transaction.abandon()
  if (tester.signsOfLife.since(sut, since)) return undefined
  return `no response to any request, not even to OPTIONS, from ${way.address} port ${way.port} over ${transport}`
}
