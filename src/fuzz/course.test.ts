import { expect, test } from 'vitest'
import { readMessage } from '#wire/sip'
import { createCourse } from './course.ts'
import { departing, type Flight } from './flight.ts'
import { createFlights } from './flights.ts'
import type { Observation } from './observation.ts'
import { createPatience } from './patience.ts'

const options = { correlation: 'fz0000000001', octets: Buffer.from('OPTIONS '), user: 3, legs: 0, lingers: true }
const success = readMessage(Buffer.from('SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'))

test('who stands still over an answer that is waited for still reads it', async () => {
  // The clock of somebody who runs for a moment every ten minutes.
  let clock = 0
  const now = () => (clock += 600_000)
  const course = createCourse({ now, flights: createFlights(), patience: createPatience(), isFetched: () => false })
  const asideAnswers = await new Promise<Observation['asideAnswers']>((over) => {
    const done = (observation: Observation) => over(observation.asideAnswers)
    const flying = departing(options as unknown as Flight, 0, 0, done, undefined)
    flying.asideRequests.set('z9hG4bK-beside', new Uint8Array())
    flying.finals.push(success)
    course.begin()
    course.conclude(flying)
    let turns = 0
    const arriving = setInterval(() => {
      turns += 1
      if (turns < 4) return
      clearInterval(arriving)
      flying.asideAnswers.push(success)
    }, 20)
  })
  expect(asideAnswers).toEqual([success])
})
