import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const mcx = fileURLToPath(new URL('./mcx.ts', import.meta.url))
const compare = (...args: readonly string[]): string =>
  execFileSync(process.execPath, [mcx, 'compare', ...args], { encoding: 'utf8' })

test('what differs stands by message and element, with what each profile has', () => {
  expect(compare('rel-18', 'rel-18-moved')).toContain(`private call redirection (MCPTT)
  on the wire
    rel-18        MESSAGE with request-type forward-private-call-request
    rel-18-moved  302 (Moved Temporarily) to the private call request
  redirectedTo, carried in
    rel-18        anyExt/forwarding-target-id
    rel-18-moved  Contact
`)
})

test('as data it names both profiles', () => {
  const data = JSON.parse(compare('rel-18-moved', 'rel-18', '--json')) as {
    readonly one: string
    readonly other: string
  }
  expect(data).toMatchObject({ one: 'rel-18-moved', other: 'rel-18' })
})

test('a profile has no difference from itself, and one that is not there is a wrong use', () => {
  expect(compare('rel-18', 'rel-18')).toBe('rel-18 and rel-18 do not differ\n')
  const { status, stderr } = spawnSync(process.execPath, [mcx, 'compare', 'rel-18', 'rel-19'], { encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toBe('mcx: there is no profile rel-19; did you mean rel-18?\n')
})
