import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { afterEach, expect, it } from 'vitest'
import { profileOf } from '../case-plan.ts'
import { configurationOf } from '../example-configuration.testing.ts'
import { checkConfiguration } from '../read-configuration.ts'
import { openStallWatch } from '../stall-watch.ts'
import { portsFrom } from '../world/functional-entity.ts'
import { openTester } from './tester.ts'

const open: Server[] = []
afterEach(() => open.splice(0).forEach((server) => server.close()))

async function listen(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1')
  open.push(server)
  await once(server, 'listening')
}

it('leaves no port open when one of its ports is taken', async () => {
  // Below the ports that other tests are given.
  const first = 15_000 + 16 * (process.pid % 60)
  const taken = first + 2
  await listen(taken)
  const configuration = checkConfiguration({ ...configurationOf({}), tester: { ports: portsFrom(first) } }, 'here')
  const third = Object.entries(configuration.tester.ports).find(([, port]) => port === taken)
  expect(third, 'the port that is taken is one of them').toBeDefined()
  const clock = openStallWatch(() => performance.now())
  const opening = openTester({
    configuration,
    profile: profileOf(configuration),
    overrides: configuration.bindings.values,
    clock,
    identity: undefined,
    at: () => 0,
    tell: () => undefined,
    note: () => undefined,
  })
  await expect(opening).rejects.toThrow(`tester.ports.${third?.[0]}`)
  clock.close()
  for (const port of Object.values(configuration.tester.ports)) if (port !== taken) await listen(port)
})
