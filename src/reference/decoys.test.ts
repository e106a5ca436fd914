import { connect } from 'node:net'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { header, readMessage } from '#wire/sip'
import { decoyTimers } from './decoy-timers.ts'
import { decoys } from './decoys.ts'
import { digest, digestClient, secondAttempt } from './fuzz-digest-scenes.world.ts'
import { askForMigration, authorize, callText, establish } from './fuzz-scenes.world.ts'
import { onBench } from './raw-peers.world.ts'
import type { Bench } from './raw-peers.world.ts'
import type { MigrationRole as Role } from './defects.ts'

/** What shows a decoy, and the same of a system with usual habits. */
interface Sight {
  readonly role: Role
  readonly look: (bench: Bench) => Promise<string>
  readonly usual: string
  readonly unusual: string
}

/** All that the next MC system receives of a call, and the caller. */
const texts = (bench: Bench): string => [...bench.peers.client.texts, ...bench.peers.primaryGateway.texts].join('\n')

const ofCall = (look: (text: string) => unknown): Omit<Sight, 'usual' | 'unusual'> => ({
  role: 'primaryServer',
  async look(bench) {
    await establish(bench)
    return String(look(texts(bench)))
  },
})

const isSeen = (pattern: RegExp): Sight => ({
  ...ofCall((text) => pattern.test(text)),
  usual: 'false',
  unusual: 'true',
})

const ofAnswer = (look: (bench: Bench) => Promise<string>, usual: string, unusual: string): Sight => ({
  role: 'primaryServer',
  look,
  usual,
  unusual,
})

async function overTcp(bench: Bench, text: string): Promise<string> {
  const socket = connect(bench.port, '127.0.0.1')
  socket.on('error', () => undefined)
  let came = ''
  socket.on('data', (octets) => (came += octets.toString('latin1')))
  await once(socket, 'connect')
  socket.write(text)
  await new Promise((resolve) => socket.on('close', resolve))
  return came.slice(0, 11)
}

async function manyAtOnce(bench: Bench): Promise<string> {
  const { primaryGateway } = bench.peers
  const text = bench.request('primaryGateway', 'migration response', {}, { as: 'many' })
  for (let count = 0; count < 600; count += 1) primaryGateway.send(text.replaceAll('many', `many-${count}`))
  await pause(500)
  return String(primaryGateway.texts.some((came) => came.startsWith('SIP/2.0 503') && came.includes('Retry-After: 1')))
}

const sights: Readonly<Record<string, Sight>> = {
  'no-trying': { ...ofCall((text) => text.includes('SIP/2.0 100')), usual: 'true', unusual: 'false' },
  'unknown-headers': isSeen(/^X-Example-Build: /m),
  'headers-shuffled': { ...ofCall((text) => /^INVITE .*\r\nVia: /m.test(text)), usual: 'true', unusual: 'false' },
  'compact-forms': isSeen(/^v: SIP/m),
  'header-names-in-other-case': isSeen(/^vIa: SIP/m),
  'folded-lines': isSeen(/^CSeq: \d+\r\n INVITE/m),
  'another-refusal': ofAnswer(
    (bench) => askForMigration(bench, { edits: [[/^Content-Type: .*$/m, 'Content-Type: text/plain']] }),
    '400',
    '415',
  ),
  'malformed-dropped': ofAnswer(
    (bench) => askForMigration(bench, { edits: [['CSeq: 1 ', 'CSeq: x ']] }, 300),
    '400',
    'silence',
  ),
  'unframeable-closed': ofAnswer(
    (bench) => overTcp(bench, callText(bench, { edits: [['Content-Length: @', 'Content-Length: x']] })),
    'SIP/2.0 400',
    '',
  ),
  'overload-refused': ofAnswer(manyAtOnce, 'false', 'true'),
  'xml-written-otherwise': isSeen(/<other:mcpttinfo xmlns:other=/),
  'unknown-body-part': isSeen(/^Content-Type: application\/vnd\.example\.note\+xml/m),
  'warning-in-other-words': ofAnswer(
    async (bench) => {
      bench.peers.client.send(callText(bench, { edits: [['sip:visitor.alice@partner', 'sip:nobody@primary']] }))
      const refusal = await bench.peers.client.next('404')
      return /"(.*)"/.exec(header(refusal ?? readMessage(new Uint8Array()), 'Warning') ?? '')?.[1] ?? 'no Warning'
    },
    '141 user unknown to the participating function',
    '141 this may not be done here',
  ),
  'received-always': ofAnswer(
    async (bench) => {
      await askForMigration(bench, { edits: [[';rport', '']] })
      return String(/^Via: .*;received=/m.test(bench.peers.primaryGateway.texts[0] ?? ''))
    },
    'false',
    'true',
  ),
  'fresh-nonce-each-time': ofAnswer(
    async (bench) => {
      await bench.provision({ digest })
      const { client } = bench.peers
      client.send(callText(bench))
      const challenge = await client.next('401')
      if (challenge === undefined) return 'no challenge'
      const agent = digestClient()
      agent.receive(challenge)
      await secondAttempt(bench, agent, { draft: { as: 'one' } })
      const [seen] = await secondAttempt(bench, agent, { draft: { as: 'other' } })
      return `${seen} ${/stale=true/.test(client.texts.join('')) ? 'stale' : 'good'}`
    },
    'INVITE leaves good',
    '401 stale',
  ),
  'three-colons-refused': ofAnswer(
    (bench) => askForMigration(bench, { edits: [[/^To: .*$/m, 'To: <sip:server@[2001:db8:::192.0.2.1]>']] }),
    '200',
    '400',
  ),
}

/** Those that are a matter of time and chance: only that nothing goes wrong is asked of them. */
const unseen = ['answers-late', 'datagrams-lost', 'collection-pauses', 'timers-long', 'timers-short']

test.for(Object.entries(sights))('%s is shown, and by no other', async ([name, { role, look, usual, unusual }]) => {
  expect(await onBench(role, [], look)).toBe(usual)
  expect(await onBench(role, [name], look)).toBe(unusual)
})

test.concurrent.for(decoys)(
  '$id $name: a call is made and a service is authorized',
  { timeout: 10_000 },
  async ({ name }) => {
    await onBench('primaryServer', [name], async (bench) => {
      const { inside } = await establish(bench)
      bench.peers.client.send(inside('BYE', '2'))
      const passedOn = await bench.peers.primaryGateway.next('BYE')
      if (passedOn !== undefined) bench.peers.primaryGateway.answer(passedOn, '200 OK')
      expect(await bench.peers.client.status('BYE')).toBe('200')
    })
    const { status } = await onBench('partnerServer', [name], (bench) => authorize(bench, 'alice'))
    expect(status).toBe('200')
  },
)

test('timers are twice as long, or half', () => {
  const times = (name: string) => decoyTimers({ t1: 500, t2: 4000, t4: 5000 }, (shown) => shown === name)
  expect(times('timers-long')).toEqual({ t1: 1000, t2: 8000, t4: 10_000 })
  expect(times('timers-short')).toEqual({ t1: 250, t2: 2000, t4: 2500 })
  expect(times('no-trying')).toEqual({ t1: 500, t2: 4000, t4: 5000 })
})

test('every decoy is looked at', () => {
  expect([...Object.keys(sights), ...unseen].toSorted()).toEqual(decoys.map(({ name }) => name as string).toSorted())
})
