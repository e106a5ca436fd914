import { describe, expect, test } from 'vitest'
import { fieldValue } from '#wire/floor-control'
import { floorRoom, messagesIn } from './floor.testing.ts'
import {
  createFloorServer,
  floorDifferences,
  floorServer,
  floorParticipant,
  seenFloor,
  writeFloorMessage,
} from './index.ts'
import { cancelQueued } from './queue-cancellation.ts'
import type { ParticipantArrow } from './floor-participant-table.ts'
import type { FloorServerArrow } from './floor-server-table.ts'

const three = (options: Parameters<typeof floorRoom>[0] = {}) => {
  const room = floorRoom(options)
  return { room, a: room.add('a'), b: room.add('b'), c: room.add('c') }
}
const uri = (id: string): string => `sip:${id}@mc.example`

describe('floor control', () => {
  test('who asks first talks, all others are told, and that it is over', () => {
    const { room, a, b, c } = three()
    a.request()
    expect([a.state(), b.state(), c.state()]).toEqual(['has-permission', 'has-no-permission', 'has-no-permission'])
    expect(room.eventsOf('a').at(-1)).toMatchObject({ event: 'granted', duration: 30, ssrc: 201 })
    expect(room.eventsOf('b').at(-1)).toMatchObject({ event: 'taken', by: uri('a'), permission: 1 })
    expect([room.server.media('a'), room.server.media('b')]).toEqual([true, false])
    a.release()
    expect(a.state()).toBe('has-no-permission')
    expect(room.eventsOf('c').at(-1)).toMatchObject({ event: 'idle' })
    expect(room.server.state()).toMatchObject({ state: 'floor-idle', holder: undefined, queue: [] })
  })

  test('requests wait by priority and in turn, and who lets go leaves the queue', () => {
    const room = floorRoom()
    const [a, b, c, d] = [room.add('a'), room.add('b'), room.add('c'), room.add('d', { priority: 9 })]
    a.request()
    b.request()
    c.request()
    d.request({ priority: 200 })
    expect(seenFloor(room.server.state())).toMatchObject({ holder: uri('a'), queue: [uri('d'), uri('b'), uri('c')] })
    expect(room.server.state().queue[0]?.priority).toBe(9)
    c.askPosition()
    expect(c.queuePosition()).toBe(3)
    b.release()
    expect(b.state()).toBe('has-no-permission')
    c.askPosition()
    expect(c.queuePosition()).toBe(2)
    a.release()
    expect([d.state(), c.state(), c.queuePosition()]).toEqual(['has-permission', 'queued', 1])
  })

  test.each([
    ['another client has permission', { rules: { queueing: false } }, {}, 1],
    ['queue full', { rules: { longestQueue: 0 } }, {}, 7],
    ['receive only', {}, { receiveOnly: true }, 5],
  ])('denied: %s', (_, options, participant, cause) => {
    const room = floorRoom(options)
    const [a, b] = [room.add('a'), room.add('b', participant)]
    a.request()
    b.request()
    expect(b.state()).toBe('has-no-permission')
    expect(room.eventsOf('b').at(-1)).toMatchObject({ event: 'deny', cause })
  })

  test('an only participant talks to nobody', () => {
    const room = floorRoom()
    const a = room.add('a')
    a.request()
    expect(room.eventsOf('a').at(-1)).toMatchObject({ event: 'deny', cause: 3 })
  })

  test('an emergency takes the floor, and once it is over the others go on', () => {
    const { room, a, b, c } = three()
    a.request()
    c.request()
    b.request({ emergency: true })
    // The holder is told, releases at once, and the floor is the one of the emergency, before who waits longer.
    expect(room.eventsOf('a').find(({ event }) => event === 'revoke')).toMatchObject({ cause: 4 })
    expect([a.state(), b.state(), c.state()]).toEqual(['has-no-permission', 'has-permission', 'queued'])
    a.request({ emergency: true })
    expect(a.state()).toBe('queued')
    b.release()
    expect([a.state(), c.state()]).toEqual(['has-permission', 'queued'])
  })

  test('a holder that hears nothing loses the floor after the grace period, and is told every second', () => {
    const { room, a, b } = three()
    a.request()
    room.deaf.add('a')
    b.request({ emergency: true })
    room.clock.advance(2500)
    expect(room.said.filter((one) => one === 'a revoke')).toHaveLength(3)
    expect(room.server.media('a')).toBe(true)
    room.clock.advance(600)
    expect(b.state()).toBe('has-permission')
    expect(room.server.media('a')).toBe(false)
  })

  test('who talks too long is stopped, who is silent too long has left', () => {
    const { room, a, b } = three()
    a.request()
    for (let at = 0; at <= 30_000; at += 1000) {
      room.server.media('a')
      room.clock.advance(1000)
    }
    expect(room.eventsOf('a').find(({ event }) => event === 'revoke')).toMatchObject({ cause: 2 })
    b.request()
    room.clock.advance(3900)
    expect(room.server.state().holder?.id).toBe('b')
    room.clock.advance(200)
    expect(room.server.state().holder).toBeUndefined()
  })

  test('Floor Granted comes again until media does, Floor Idle ten times, and then the call is over', () => {
    const { room, a } = three()
    a.request()
    room.clock.advance(3500)
    expect(room.said.filter((one) => one === 'a granted')).toHaveLength(3)
    a.release()
    room.said.length = 0
    room.clock.advance(29_000)
    expect(room.said.filter((one) => one === 'b idle')).toHaveLength(5)
    room.clock.advance(2000)
    expect(room.server.state().state).toBe('releasing')
  })

  test('media without permission is not forwarded, and its sender told once a second', () => {
    const { room } = three()
    for (let packet = 0; packet < 100; packet += 1) {
      expect(room.server.media('b')).toBe(false)
      room.clock.advance(20)
    }
    expect(room.said.filter((one) => one === 'b revoke')).toHaveLength(2)
  })

  test('who joins late is told who talks; acknowledgements are given', () => {
    const { room, a } = three()
    a.request()
    room.add('d')
    expect(room.eventsOf('d').at(-1)).toMatchObject({ event: 'taken', by: uri('a') })
    const [release] = messagesIn(writeFloorMessage('release', 100, [], true))
    room.server.receive('a', release!)
    expect(room.said).toContain('a ack')
  })

  test('a call that moves takes its floor along; what is lost of it is found', () => {
    const { room, a, b } = three()
    a.request()
    b.request()
    room.server.setCondition({ emergency: true, imminentPeril: false })
    const before = room.server.state()
    const heard: string[] = []
    const after = createFloorServer({
      ...{ clock: room.clock, ssrc: 1, context: before },
      send: (id, octets) =>
        heard.push(...messagesIn(octets).map((one) => `${id} ${one.subtype} ${fieldValue(one, 'floor-indicator')}`)),
    })
    for (const id of ['a', 'b']) after.join({ id, userId: uri(id), ssrc: 7 })
    expect(floorDifferences(seenFloor(before), seenFloor(after.state()))).toEqual([])
    // Emergency call, queueing supported: 0x1400.
    expect(heard).toEqual(['a 1 5120', 'b 2 5120'])
    const fresh = createFloorServer({ clock: room.clock, ssrc: 1, send: () => undefined })
    expect(floorDifferences(seenFloor(before), seenFloor(fresh.state()))).toEqual([
      { what: 'holder', before: uri('a'), after: 'nobody' },
      { what: 'queue', before: uri('b'), after: 'nobody' },
      { what: 'emergency', before: 'on', after: 'off' },
    ])
  })

  test('every state that an arrow leads to has a row, and every arrow names its clause', () => {
    for (const table of [floorServer, floorParticipant])
      for (const row of Object.values(table))
        for (const arrow of Object.values(row as Readonly<Record<string, FloorServerArrow | ParticipantArrow>>)) {
          expect(Object.keys(table)).toContain(arrow.next)
          expect(arrow.clause).toMatch(/^TS 24\.380 6\.[23]\.4\.\d$/)
        }
  })
})

describe('somebody who may intervene', () => {
  const asking = (users: readonly string[]) =>
    messagesIn(
      writeFloorMessage('queuedRequests', 9, [
        { field: 'queued-requests-purpose', value: 0 },
        { field: 'queued-users', value: users },
      ]),
    )[0]!
  const waiting = (mayIntervene: boolean) => {
    const room = floorRoom()
    const [a, b, c] = [room.add('a'), room.add('b'), room.add('c')]
    room.add('d', { mayIntervene })
    for (const one of [a, b, c]) one.request()
    room.said.length = 0
    return { room, a, b, c }
  }

  test('cancels requests of others, who are told', () => {
    const { room, b, c } = waiting(true)
    room.server.receive('d', asking([uri('b')]))
    expect([b.state(), c.state()]).toEqual(['has-no-permission', 'queued'])
    expect(room.said).toEqual(['d queuedRequests', 'b queuedRequests'])
    expect(room.eventsOf('b').at(-1)).toMatchObject({ event: 'queuedRequests' })
  })

  test('has the floor taken from who talks', () => {
    const { room, a, b } = waiting(true)
    const [asked] = messagesIn(
      writeFloorMessage('revokeRequest', 9, [{ field: 'revoke-request-user-id', value: uri('a') }]),
    )
    room.server.receive('d', asked!)
    expect(room.eventsOf('a').find(({ event }) => event === 'revoke')).toMatchObject({ cause: 7 })
    expect([a.state(), b.state()]).toEqual(['has-no-permission', 'has-permission'])
  })

  test('is not everybody', () => {
    const { room, a, b } = waiting(false)
    room.server.receive('d', asking([uri('b')]))
    const [asked] = messagesIn(writeFloorMessage('revokeRequest', 9, []))
    room.server.receive('d', asked!)
    expect([a.state(), b.state(), room.said]).toEqual(['has-permission', 'queued', ['d queuedRequests']])
  })

  test.each<[string, readonly string[], readonly string[], boolean, number, number]>([
    ['all of one', ['b'], ['b'], true, 0, 1],
    ['all of everybody', ['b', 'c'], [], true, 0, 2],
    ['an empty queue', [], ['b'], true, 2, 0],
    ['nobody who waits', ['b'], ['c'], true, 3, 0],
    ['one of two', ['b'], ['b', 'c'], true, 5, 1],
    ['its own alone', ['b', 'c'], [], false, 5, 1],
  ])('the answer says what was cancelled: %s', (_, queued, users, all, state, count) => {
    const plain = { priority: 0, emergency: false, imminentPeril: false }
    const queue = queued.map((id) => ({ id, userId: id, ...plain }))
    const done = cancelQueued(queue, users, (user) => all || user === 'b')
    expect([done.responseState, done.cancelled.length, done.queue.length]).toEqual([state, count, queue.length - count])
  })
})

describe('a participant that hears of another talker', () => {
  const taken = (bits: number) =>
    messagesIn(
      writeFloorMessage('taken', 1, [
        { field: 'granted-party', value: uri('b') },
        { field: 'floor-indicator', value: bits },
      ]),
    )[0]!

  test.each([
    ['has lost the floor', 0x8000, 'has-no-permission'],
    ['talks on where several may', 0x8080, 'has-permission'],
  ])('%s', (_, bits, state) => {
    const { a } = three()
    a.request()
    a.receive(taken(bits))
    expect(a.state()).toBe(state)
  })
})

describe('a participant whose server does not answer', () => {
  test('asks three times, then tells its user', () => {
    const room = floorRoom()
    const [a] = [room.add('a'), room.add('b')]
    room.deaf.add('a')
    a.request()
    room.clock.advance(2900)
    expect(a.state()).toBe('pending-request')
    room.clock.advance(200)
    expect(a.state()).toBe('has-no-permission')
    expect(room.eventsOf('a').at(-1)).toMatchObject({ event: 'unanswered' })
    // The server answers each of the three.
    expect(room.said.filter((one) => one === 'a granted').length).toBeGreaterThanOrEqual(3)
  })
})
