import { expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import type { RunEvent } from '#verdict'
import { problemOfEvent, type eventShape } from './event-shape.ts'
import { exampleRun } from './example-run.ts'

/** JSON has no undefined: an optional key is either there or not. */
type Exact<T> = T extends readonly (infer Item)[]
  ? readonly Exact<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Exact<Exclude<T[Key], undefined>> }
    : T

test('what the reader lets through is an event, and no event is missing', () => {
  expectTypeOf<Exact<z.infer<typeof eventShape>>>().toExtend<RunEvent>()
  expectTypeOf<RunEvent['event']>().toEqualTypeOf<z.infer<typeof eventShape>['event']>()
  for (const event of exampleRun({ cases: 12 })) expect(problemOfEvent(event)).toBeUndefined()
})

test('every key of an event that must be there is asked for', () => {
  const optional = new Set(['step', 'message', 'fields', 'expectedFailure', 'altered', 'version'])
  for (const event of exampleRun({ cases: 12 }))
    for (const key of Object.keys(event)) {
      const { [key]: _, ...rest } = event as Record<string, unknown>
      const asked = event.event === 'step' ? key !== 'message' && key !== 'fields' : !optional.has(key)
      expect(problemOfEvent(rest) !== undefined, `${event.event} without ${key}`).toBe(asked)
    }
})

test('the problem names the place', () => {
  expect(problemOfEvent({ event: 'note', at: 'now', case: null, text: '' })).toContain('at:')
  expect(problemOfEvent(null)).toContain('not an event')
})
