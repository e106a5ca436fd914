import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { floorRoom } from './floor.testing.ts'

/** Something that happens in a call, to one of its users where it is about one. */
interface Happening {
  readonly what: 'ask' | 'emergency' | 'let-go' | 'media' | 'position' | 'leave' | 'join' | 'deaf' | 'hear' | 'wait'
  readonly user: number
  readonly ms: number
}

const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom<Happening['what'][]>(
    ...(['ask', 'ask', 'ask', 'emergency', 'let-go', 'let-go', 'media', 'position'] as const),
    ...(['leave', 'join', 'deaf', 'hear', 'wait', 'wait'] as const),
  ),
  user: fc.nat(4),
  ms: fc.constantFrom(10, 500, 1000, 3100, 4100, 31_000),
})

const ids = ['a', 'b', 'c', 'd', 'e'] as const

function play(happenings: readonly Happening[], queueing: boolean): void {
  // Inactivity would end the call.
  const room = floorRoom({ rules: { queueing }, timers: { T4: 1e9 } })
  const users = new Map(ids.map((id) => [id, room.add(id, { priority: 5 })]))
  const present = new Set<string>(ids)
  const check = (): void => {
    const { holder, queue, state } = room.server.state()
    // Somebody has the floor if and only if it is not idle; who waits is there, waits once, and does not talk.
    expect(holder === undefined).toBe(state === 'floor-idle')
    const waiting = queue.map(({ id }) => id)
    expect(new Set(waiting).size).toBe(waiting.length)
    if (!queueing && state === 'floor-taken') expect(waiting).toEqual([])
    for (const id of waiting) expect(present.has(id) && id !== holder?.id).toBe(true)
    if (holder !== undefined) expect(present.has(holder.id)).toBe(true)
    if (state === 'floor-idle') expect(waiting).toEqual([])
    // Two users that hear everything never both believe that they may talk.
    const talking = [...users].filter(([id, user]) => {
      return present.has(id) && !room.deaf.has(id) && user.state() === 'has-permission'
    })
    expect(talking.length).toBeLessThanOrEqual(1)
    if (talking.length === 1) expect(talking[0]?.[0]).toBe(holder?.id)
  }
  for (const { what, user: index, ms } of happenings) {
    const id = ids[index] ?? 'a'
    const user = users.get(id)!
    const here = present.has(id)
    if (what === 'wait') room.clock.advance(ms)
    else if (what === 'deaf') room.deaf.add(id)
    else if (what === 'hear') room.deaf.delete(id)
    else if (what === 'leave' && here) {
      present.delete(id)
      user.close()
      room.server.leave(id)
    } else if (what === 'join' && !here) {
      present.add(id)
      users.set(id, room.add(id, { priority: 5 }))
    } else if (here && what === 'ask') user.request({ priority: index })
    else if (here && what === 'emergency') user.request({ emergency: true })
    else if (here && what === 'let-go') user.release()
    else if (here && what === 'position') user.askPosition()
    else if (here && what === 'media') expect(room.server.media(id)).toBe(room.server.state().holder?.id === id)
    check()
  }
  // Everybody hears again and lets go: in the end the floor is idle.
  room.deaf.clear()
  for (const [id, user] of users) if (present.has(id)) user.release()
  room.clock.advance(60_000)
  check()
  expect(room.server.state().state).toBe('floor-idle')
  for (const [id, user] of users) if (present.has(id)) expect(user.state()).toBe('has-no-permission')
  room.server.close()
}

test('whatever happens, one user talks at a time, nobody waits twice, and the floor comes free', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), fc.boolean(), (happenings, queueing) => {
      play(happenings, queueing)
    }),
    { numRuns: 400 },
  )
})
