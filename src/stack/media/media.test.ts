import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '#stack/sip'
import { createDisturbance, type Address } from '#transport'
import {
  createListener,
  createPacemaker,
  createTalker,
  openMediaPort,
  pathFigures,
  streamFigures,
  wrongTalkers,
  type Listener,
  type MediaPort,
} from './index.ts'

const address = '127.0.0.1'
const closing: MediaPort[] = []
afterEach(async () => {
  for (const port of closing.splice(0)) await port.close()
})
const open = async (options: Omit<Parameters<typeof openMediaPort>[0], 'address' | 'clock'>): Promise<MediaPort> => {
  const port = await openMediaPort({ address, clock: systemClock, ...options })
  closing.push(port)
  return port
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const until = async (met: () => boolean): Promise<void> => {
  const end = performance.now() + 5000
  while (!met()) {
    if (performance.now() > end) throw new Error('waited 5 s in vain')
    await pause(5)
  }
}
const listening = async (name: string): Promise<{ listener: Listener; port: MediaPort }> => {
  const listener = createListener(name)
  return { listener, port: await open({ onRtp: (packet, arrival) => listener.hear(packet, arrival) }) }
}
const alice = 'sip:alice@iops.example'

describe('media over sockets', () => {
  test('a talker is recognised, its packets counted, its sequence and timestamp go on', async () => {
    const { listener, port } = await listening('bob')
    const from = await open({})
    const pacemaker = createPacemaker(systemClock)
    const talker = createTalker({
      ...{ name: alice, ssrc: 0xabcd, sequence: 65_530, timestamp: 0xffff_ff00, clock: systemClock, pacemaker },
      send: (octets) => from.send(octets, port.local),
    })
    talker.talk()
    await until(() => listener.heard().length >= 10)
    talker.silence()
    const { count } = talker.spoken()
    await until(() => listener.heard().length >= count)
    const figures = streamFigures('bob', listener.heard(), talker.spoken())
    expect(figures).toMatchObject({ talker: alice, sent: count, received: count, lost: 0, duplicated: 0, reordered: 0 })
    expect(figures.ssrcs).toEqual([0xabcd])
    expect(figures.paths).toMatchObject([{ from: `${address}:${from.local.port}`, packets: count }])
    const [first, second] = listener.heard()
    expect([first?.sequence, first?.timestamp]).toEqual([65_530, 0xffff_ff00])
    expect([second?.sequence, second?.timestamp]).toEqual([65_531, 0x40])
    expect(listener.heard().at(-1)?.sequence).toBe((65_530 + count - 1) & 0xffff)
  })

  test('what is no valid packet is told, and nothing of it is taken', async () => {
    const [taken, wrong] = [[] as string[], [] as string[]]
    const port = await open({
      onControl: ({ message }) => void taken.push(String(message.subtype)),
      onWrong: (diagnostics) => void wrong.push(...diagnostics.map(({ rule }) => rule)),
    })
    const from = await open({})
    // Floor Request with padding of 255 octets, then Floor Release.
    for (const octets of ['a0cc00030000000a4d435054000000ff', '84cc00020000000a4d435054'])
      from.send(Buffer.from(octets, 'hex'), port.local)
    await until(() => taken.length > 0)
    expect([taken, wrong]).toEqual([['4'], ['rtcp-padding-count']])
  })

  test('a cut of one way is a gap of its length and a loss, and nothing of it is of our making', async () => {
    const { listener, port } = await listening('bob')
    const disturbance = createDisturbance(() => 0)
    const from = await open({ disturbance })
    const pacemaker = createPacemaker(systemClock)
    const talker = createTalker({
      ...{ name: alice, ssrc: 1, clock: systemClock, pacemaker },
      send: (octets) => from.send(octets, port.local),
    })
    talker.talk()
    await until(() => listener.heard().length >= 5)
    disturbance.cut({ direction: 'sent' })
    await until(() => disturbance.lost() >= 15)
    disturbance.heal()
    const heard = listener.heard().length
    await until(() => listener.heard().length >= heard + 5)
    talker.silence()
    await until(() => listener.heard().length + disturbance.lost() >= talker.spoken().count)
    const { lost, longestGap } = streamFigures('bob', listener.heard(), talker.spoken())
    expect(lost).toBe(disturbance.lost())
    expect(longestGap?.length).toBeGreaterThan(14 * 20)
    expect(longestGap!.length - longestGap!.ofOurMaking).toBeLessThan(20 * (lost + 1) + 100)
  })

  test('packets of the old path, of both paths and of a wrong talker are found', async () => {
    const { listener, port } = await listening('bob')
    const [iops, macro] = [await open({}), await open({})]
    const pacemaker = createPacemaker(systemClock)
    let path: readonly MediaPort[] = [iops]
    const talker = createTalker({
      ...{ name: alice, ssrc: 1, clock: systemClock, pacemaker },
      send: (octets) => path.forEach((one) => one.send(octets, port.local)),
    })
    talker.talk()
    await until(() => listener.heard().length >= 5)
    const change = systemClock.now()
    path = [iops, macro]
    await until(() => listener.heard().length >= 25)
    path = [macro]
    await until(() => listener.heard().length >= 30)
    talker.silence()
    const end = (local: Address): string => `${local.address}:${local.port}`
    const figures = pathFigures(listener.heard(), { at: change, oldEnds: new Set([end(iops.local)]), allowance: 0 })
    expect(figures.onBothPaths).toBeGreaterThanOrEqual(9)
    expect(figures.onOldPath).toBeGreaterThanOrEqual(9)
    expect(figures.overlap).toBeGreaterThan(0)
    const { duplicated } = streamFigures('bob', listener.heard(), talker.spoken())
    expect(duplicated).toBe(figures.onBothPaths)
    expect(wrongTalkers(listener.heard(), [{ name: alice, from: 0, to: Infinity }], [alice])).toEqual([])
    const wrong = wrongTalkers(listener.heard(), [{ name: alice, from: 0, to: change - 500 }], [alice], 0)
    expect(wrong).toMatchObject([{ name: alice, packets: listener.heard().length }])
  })
})
