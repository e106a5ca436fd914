import { embeddedReference, openStage, portsFrom, type Stage } from '#harness'
import { copiesFor } from './flow-copies.ts'

/** First ports that are tried; each time a block of its own. */
const attempts = 12

/** The reference system with these defects, and the tester opposite it with all that lies between them. */
export async function openFlowSystem(
  roles: readonly string[],
  defects: readonly string[],
  network: Parameters<typeof openStage>[0]['network'],
): Promise<Stage> {
  let problem: unknown
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const first = 18_000 + ((process.pid * 48 + attempt * 1104) % 13_000)
    const configuration = {
      profile: 'rel-18' as const,
      tester: { ports: portsFrom(first) },
      timing: { answer: 1500, silence: 300, quiet: 40 },
      concurrency: 64,
      suts: embeddedReference({ firstPort: first + 20, defects }).map((sut) => ({
        ...sut,
        timers: { migrationResponse: 700 },
        ...(sut.transports?.includes('tcp') !== true && { transports: ['udp' as const] }),
      })),
    }
    try {
      return await openStage({ configuration, roles, copiesOf: copiesFor(roles), network, tell: () => undefined })
    } catch (error) {
      problem = error
    }
  }
  throw problem
}
