import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startReference } from './start-reference.ts'
import type { RunningReference } from './start-reference.ts'
import { document, freePorts, identities } from './two-mc-systems.world.ts'

let running: RunningReference
const control = { address: '127.0.0.1', port: 0 }
const say = (): void => undefined

beforeEach(async () => {
  running = await startReference({ control, say })
})
afterEach(() => running.close())

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const { address, port } = running.control
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`http://${address}:${port}${path}`, {
    method,
    ...(text === undefined ? {} : { body: text }),
  })
  return { status: response.status, body: await response.json() }
}

const post = (path: string, body: unknown) => call('POST', path, body)

const stimulus = {
  role: 'client',
  action: 'migration service authorization request',
  ies: { mcServiceId: 'sip:alice@primary.example' },
  towards: { identity: identities.partnerServer, transport: 'udp', address: '127.0.0.1', port: 9 },
  alternative: 'publish',
}

describe('the control interface', () => {
  test('provisions, and replaces what was provisioned before', async () => {
    const ports = await freePorts()
    const topology = { partnerGateway: true, primaryGateway: true }
    expect(await post('/provision', document(ports, topology, 'udp'))).toMatchObject({ status: 200 })
    const again = await post('/provision', document(ports, topology, 'udp', ['client']))
    const functions = [{ name: 'client', role: 'client', local: { address: '127.0.0.1', port: ports.client } }]
    expect(again).toEqual({ status: 200, body: { functions } })
    expect(await call('GET', '/health')).toEqual({ status: 200, body: { status: 'serving', functions, defects: [] } })
    expect(await post('/stimulate', { ...stimulus, callId: 'a@b' })).toEqual({ status: 202, body: { callId: 'a@b' } })
  })

  test('says which port is taken, and goes on', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const ports = { ...(await freePorts()), client: port }
    const topology = { partnerGateway: false, primaryGateway: false }
    const refused = await post('/provision', document(ports, topology, 'udp'))
    expect(refused).toMatchObject({ status: 400, body: { error: expect.stringContaining(String(port)) } })
    expect(await call('GET', '/health')).toMatchObject({ body: { functions: [] } })
    await new Promise((resolve) => taken.close(resolve))
    expect(await post('/provision', document(ports, topology, 'udp'))).toMatchObject({ status: 200 })
  })

  test('makes a state hold that it is asked for afterwards', async () => {
    await post('/provision', document(await freePorts(), { partnerGateway: false, primaryGateway: false }, 'udp'))
    const ies = { mcServiceId: 'sip:alice@primary.example' }
    const values = { partnerSystem: 'partner.example', temporaryId: 'sip:visitor@partner.example' }
    const asked = { role: 'primaryServer', state: 'migrated', ies }
    expect(await post('/query', asked)).toMatchObject({ body: { known: true, holds: false } })
    expect(await post('/establish', { ...asked, values })).toEqual({ status: 200, body: {} })
    expect(await post('/query', asked)).toEqual({ status: 200, body: { known: true, holds: true, values } })
    expect(await post('/establish', { ...asked, state: 'affiliated' })).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^state: affiliated is nothing/) },
    })
  })

  test('turns defects on and off', async () => {
    expect(await post('/defects', { names: ['result-fliped'] })).toEqual({
      status: 400,
      body: { error: expect.stringMatching(/^no defect is named 'result-fliped'; the nearest are .*result-flipped/) },
    })
    expect(await post('/defects', { names: ['user-check-skipped'] })).toMatchObject({ status: 200 })
    expect(await call('GET', '/defects')).toMatchObject({ body: { active: ['user-check-skipped'] } })
    expect(await post('/defects', { names: [] })).toEqual({ status: 200, body: { active: [] } })
  })

  test.each<[string, unknown, number, RegExp]>([
    ['/provision', '{', 400, /^the body is no JSON: /],
    ['/provision', { format: 1 }, 400, /^seed: is missing/],
    ['/reset', { role: 'server' }, 400, /^role: /],
    ['/reset', { user: 'x' }, 400, /^the body: .*"user"/],
    ['/query', { role: 'client', state: 'migrated', ies: {} }, 400, /^ies\.mcServiceId: /],
    ['/stimulate', stimulus, 400, /^role: no client is provisioned/],
    ['/stimulate', { ...stimulus, alternative: 'fax' }, 400, /^alternative: /],
    ['/stimulate', { ...stimulus, callId: 'a\r\nb' }, 400, /^callId: /],
    ['/defects', { names: 'x' }, 400, /^names: /],
    ['/nothing', {}, 404, /^there is no POST \/nothing/],
    ['/provision', ' '.repeat(70_000_000), 413, /^the body is larger than /],
  ])('answers a wrong %s in one line', async (path, body, status, error) => {
    const answer = await post(path, body)
    expect(answer).toMatchObject({ status, body: { error: expect.stringMatching(error) } })
    expect(answer.body).not.toMatchObject({ error: expect.stringContaining('\n') })
  })

  test('is not opened beyond the loopback interface', async () => {
    await expect(startReference({ control: { address: '0.0.0.0', port: 0 }, say })).rejects.toThrow(
      /not on the loopback/,
    )
  })

  test('rejects a wrong document and an unknown defect at the start', async () => {
    await expect(startReference({ control, say, defects: ['x'] })).rejects.toThrow(/^no defect is named 'x'/)
    const wrong = { format: 1, seed: -1, functions: [] } as const
    await expect(startReference({ control, say, document: { ...wrong, functions: [] } })).rejects.toThrow(
      /^seed: got -1/,
    )
  })
})
