import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readRun, type RunRecord } from '#report'
import { freePorts, mcx, start } from '../acceptance/stranger.ts'
import { flowRoles } from '../../src/harness/index.ts'
import { isHttpRole } from '../../src/harness/world/functional-entity.ts'
import { openControlRelay } from './control-relay.ts'
import { address } from './elements.ts'
import { startKamailioInFront } from './kamailio-in-front.ts'

const configuration = fileURLToPath(new URL('../kamailio-in-front.config.ts', import.meta.url))

export interface ReferenceBehindKamailio {
  /** Runs cases, and ends with what came of them. */
  play(
    cases: readonly string[],
    profile?: string,
  ): Promise<{ readonly code: number | null; readonly record: RunRecord }>
  /** From now on the reference shows these defects alone. */
  defects(names: readonly string[]): Promise<void>
  /** Ports at which Kamailio stands for an entity of SIP, of either end. */
  readonly ports: readonly number[]
  close(): Promise<void>
}

/** Entities of SIP of the reference: client, servers and gateway servers, one port after the other. */
const entities = 5

/**
 * Starts the reference MC systems, Kamailio at the ports at which the tester looks for them, and a relay of their control interface that has them
 * look for the tester at ports of Kamailio. `moved` makes Kamailio a redirect server too: the Contact of its 302.
 */
export async function openReferenceBehindKamailio(moved?: string): Promise<ReferenceBehindKamailio> {
  const [tester, behind] = [await freePorts(), await freePorts()]
  const front = tester + 20
  const stands = behind + 20
  const control = behind + entities
  const inward = Array.from({ length: entities }, (_, index) => [front + index, behind + index] as const)
  const outward = flowRoles.flatMap((role, index) =>
    isHttpRole(role) ? [] : [[stands + index, tester + index] as const],
  )
  const kamailio = await startKamailioInFront(
    new Map([...inward, ...outward]),
    moved === undefined ? undefined : { port: front + entities - 1, contact: moved },
  )
  const reference = start(['reference', '--control', `${address}:${control}`])
  const elsewhere = new Map([...inward, ...outward.map(([own, theirs]) => [theirs, own] as const)])
  const relay = await openControlRelay(front + entities, control, elsewhere)
  const scratch = mkdtempSync(join(tmpdir(), 'mcx-kamailio-'))
  let runs = 0
  return {
    ports: [...inward, ...outward].map(([own]) => own),
    async play(cases, profile = 'rel-18') {
      // The same seed sends the same octets, which Kamailio would take for a repetition of what it just passed on.
      const seed = String((runs += 1))
      const out = join(scratch, seed)
      const { code, stderr } = await mcx(
        ['run', '-c', configuration, '-o', out, '--seed', seed, '--no-render', ...cases],
        {
          env: { MCX_PORT: String(tester), MCX_PROFILE: profile },
          patience: 100,
        },
      )
      if (code !== 0 && code !== 1) throw new Error(`exit code ${code}: ${stderr}`)
      return { code, record: await readRun(out) }
    },
    async defects(names) {
      const body = JSON.stringify({ names })
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`http://${address}:${control}/defects`, { method: 'POST', headers, body })
      if (!answer.ok) throw new Error(`defects: ${answer.status} ${await answer.text()}`)
    },
    async close() {
      await relay.close()
      await kamailio.stop()
      reference.child.kill('SIGTERM')
      await reference.ended
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}
