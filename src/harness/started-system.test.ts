import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { checkConfiguration } from './read-configuration.ts'
import { startSystem } from './started-system.ts'

const node = (text: string): readonly string[] => [process.execPath, '-e', text]

const sutWith = (control: object) => {
  const [sut] = checkConfiguration(
    {
      suts: [
        {
          name: 'ours',
          roles: ['primaryServer'],
          system: 'mc.example',
          identity: 'sip:mc@mc.example',
          address: '127.0.0.1',
          port: 5060,
          control,
        },
      ],
    },
    'test',
  ).suts
  if (!sut) throw new Error('no system under test')
  return sut
}
const started = (control: object) => startSystem(sutWith(control), () => {})

test('a program that is not there, one that fails at once: told with what it said', async () => {
  await expect(started({ start: ['nobody-has-this'] })).rejects.toThrow(
    /no program nobody-has-this; mend suts\[\]\.control\.start/,
  )
  await expect(started({ start: node('console.error("licence expired"); process.exitCode = 4') })).rejects.toThrow(
    'ours did not start: it ended with exit code 4 and said: licence expired',
  )
})

test('what answers before the start is not taken for what is started', async () => {
  const other = createServer((_, answer) => void answer.end('{}')).listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  await expect(
    started({ start: node('setTimeout(() => {}, 60_000)'), http: `http://127.0.0.1:${port}` }),
  ).rejects.toThrow(/something answers at .* before suts\[\]\.control\.start was run/)
  other.close()
  other.closeAllConnections()
})

test('it is ended with what it started, and its input stays open until then', async () => {
  // Exits with 0 as soon as its input ends; until then it and its child wait.
  const system = await started({
    start: node(
      `process.stdin.resume().on('end', () => process.exit()); require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])`,
    ),
  })
  await setTimeout(300)
  expect(system?.ended()).toBeUndefined()
  await system?.stop()
  expect(system?.ended()).toBe('it ended with SIGTERM')
})
