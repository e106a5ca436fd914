import { expect, test } from 'vitest'
import { departing, type Flight } from './flight.ts'
import { createFlights } from './flights.ts'

const invite = { correlation: 'fz0000000001', octets: Buffer.from('INVITE '), user: 3 } as unknown as Flight

test('of two with one identifier both are forgotten, each in its time, and what they asked for on other legs', () => {
  const flights = createFlights()
  const all = [10, 20].map((since) => departing(invite, since, 0, () => undefined, undefined))
  for (const [index, flying] of all.entries()) {
    flights.add(flying)
    flights.join(`session ${index}`, flying)
    flights.settle(flying)
  }
  const known = () => [
    flights.named(invite.correlation),
    flights.ofSession('session 0'),
    flights.ofSession('session 1'),
  ]
  expect(known()).toEqual([all[1], all[0], all[1]])
  const forgotten: number[] = []
  flights.forget(15, ({ since }) => forgotten.push(since))
  expect(known()).toEqual([all[1], undefined, all[1]])
  flights.forget(25, ({ since }) => forgotten.push(since))
  expect(known()).toEqual([undefined, undefined, undefined])
  expect(forgotten).toEqual([10, 20])
  expect(flights.ofUser(3)).toBe(undefined)
})
