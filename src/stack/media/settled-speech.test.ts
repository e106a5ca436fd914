import { expect, test } from 'vitest'
import { createManualClock } from '../sip/manual-clock.ts'
import { createListener, settledSpeech, talkerNumber, writeSpeechFrame, type Listener, type Spoken } from './index.ts'

const name = 'sip:alice@mc.example'
const spoken: Spoken = { name, talker: talkerNumber(name), ssrc: 1, count: 3, spurts: [] }
const hear = (listener: Listener, counter: number, at: number): void => {
  const payload = writeSpeechFrame({ talker: talkerNumber(name), counter, sentAt: 0 })
  const rest = { contributingSources: [], extension: undefined, padding: new Uint8Array(0) }
  const packet = { marker: false, payloadType: 96, sequence: counter, timestamp: 0, ssrc: 1, payload, ...rest }
  listener.hear(packet, { at, from: { address: '127.0.0.1', port: 9 }, octets: payload })
}

function waiting() {
  const clock = createManualClock()
  const listener = createListener('bob')
  let over = false
  void settledSpeech({ clock, listeners: [listener], spoken: () => spoken, quiet: 300, most: 2000 }).then(
    () => (over = true),
  )
  const pass = async (ms: number): Promise<boolean> => {
    clock.advance(ms)
    await Promise.resolve()
    return over
  }
  return { clock, listener, pass }
}

test('all is there: nobody waits on', async () => {
  const { listener, pass } = waiting()
  hear(listener, 0, 0)
  hear(listener, 2, 0)
  expect(await pass(100)).toBe(false)
  hear(listener, 1, 100)
  expect(await pass(10)).toBe(true)
})

test('what does not come is given up after a quiet while, and that begins anew with each packet', async () => {
  const { listener, pass } = waiting()
  expect(await pass(250)).toBe(false)
  hear(listener, 0, 250)
  expect(await pass(250)).toBe(false)
  expect(await pass(100)).toBe(true)
})

test('the same packet again is no sign that more will come, and the wait has an end', async () => {
  const { listener, pass } = waiting()
  hear(listener, 0, 0)
  expect(await pass(200)).toBe(false)
  hear(listener, 0, 200)
  expect(await pass(150)).toBe(true)
  expect(listener.heard()).toHaveLength(2)
})

test('a pause of the process itself is not quiet time', async () => {
  let now = 0
  let next: () => void = () => undefined
  const clock = { now: () => now, after: (_: number, run: () => void) => ((next = run), { cancel: () => undefined }) }
  let over = false
  const listener = createListener('bob')
  void settledSpeech({ clock, listeners: [listener], spoken: () => spoken, quiet: 300, most: 2000 }).then(
    () => (over = true),
  )
  // Longer than a quiet while, and longer than the longest wait of all.
  for (const later of [900, 5000]) {
    now = later
    next()
    await Promise.resolve()
    expect(over).toBe(false)
  }
})
