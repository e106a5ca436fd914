import { afterEach, describe, expect, test } from 'vitest'
import { createDisturbance, openUdp, type Address, type Disturbance, type UdpSocket } from './index.ts'

const address = '127.0.0.1'
const open: UdpSocket[] = []
afterEach(() => Promise.all(open.splice(0).map((socket) => socket.close())))

async function listening(disturbance?: Disturbance): Promise<{ socket: UdpSocket; came: string[] }> {
  const came: string[] = []
  const socket = await openUdp({
    ...{ address, port: 0, disturbance },
    onDatagram: (octets) => came.push(Buffer.from(octets).toString()),
    onFailure: () => undefined,
  })
  open.push(socket)
  return { socket, came }
}

const until = async (met: () => boolean): Promise<void> => {
  for (const limit = performance.now() + 5000; !met(); await new Promise((resolve) => setTimeout(resolve, 2)))
    if (performance.now() > limit) throw new Error('waited 5 s in vain')
}

describe('a disturbance of a socket', () => {
  test('one way is cut, the other is not, until it is healed', async () => {
    const disturbance = createDisturbance(() => 0)
    const [a, b] = [await listening(disturbance), await listening()]
    const say = (from: UdpSocket, to: Address, text: string): boolean => from.send(Buffer.from(text), to)
    disturbance.cut({ direction: 'sent', remote: { port: b.socket.local.port } })
    expect(say(a.socket, b.socket.local, 'lost')).toBe(true)
    say(b.socket, a.socket.local, 'heard')
    await until(() => a.came.length === 1)
    disturbance.heal()
    say(a.socket, b.socket.local, 'again')
    await until(() => b.came.length === 1)
    expect([a.came, b.came, disturbance.lost()]).toEqual([['heard'], ['again'], 1])
  })

  test('a dead peer hears nothing and says nothing', async () => {
    const disturbance = createDisturbance(() => 0)
    const [dead, other] = [await listening(disturbance), await listening()]
    disturbance.cut()
    dead.socket.send(Buffer.from('x'), other.socket.local)
    other.socket.send(Buffer.from('y'), dead.socket.local)
    await until(() => disturbance.lost() === 2)
    expect([dead.came, other.came]).toEqual([[], []])
  })
})

describe('what a disturbance loses', () => {
  const remote = { address, port: 5060 }
  const losses = (disturbance: Disturbance, times: number): number =>
    Array.from({ length: times }, () => disturbance.loses('received', remote)).filter(Boolean).length

  test('is a share, the same one for the same numbers', () => {
    const numbers = (): (() => number) => {
      let state = 1
      return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
    }
    const [one, other] = [createDisturbance(numbers()), createDisturbance(numbers())]
    for (const disturbance of [one, other]) disturbance.lose(0.3)
    const pattern = (disturbance: Disturbance): boolean[] =>
      Array.from({ length: 200 }, () => disturbance.loses('sent', remote))
    expect(pattern(one)).toEqual(pattern(other))
    expect(one.lost()).toBeGreaterThan(30)
    expect(one.lost()).toBeLessThan(90)
  })

  test('is the next so many, of one path alone', () => {
    const disturbance = createDisturbance(() => 0)
    disturbance.loseNext(2, { remote: { port: 5060 }, direction: 'received' })
    expect(disturbance.loses('sent', remote)).toBe(false)
    expect(disturbance.loses('received', { address, port: 5061 })).toBe(false)
    expect(losses(disturbance, 5)).toBe(2)
  })
})
