import { actors, anyOrder, byUser, checks, conditions, either, flow, literals, M, message, O } from '#flow'
import { states, step, values, when } from '#flow'

// Small flows for tests, with what the migration procedures have no use for yet.

const { asker, answerer, middle } = actors({ asker: 'asker', answerer: 'answerer', middle: 'middle' })
const { user, place } = values({ user: 'mcServiceId', place: 'systemId' })
const { accepted, refused } = literals('result', 'accepted', 'refused')
const { allowed } = checks({
  allowed: { that: 'it is allowed', about: [user], ways: { never: 'it never is', now: 'not now' } },
})
const { noted } = states({ noted: { that: 'it is noted', about: [user] } })
const source = { doc: 'TS 0.0', clause: '1', basis: 'seed' } as const

const Ask = message('ask', source, { user: M('mcServiceId', 'who'), place: O('systemId', 'where') })
const Tell = message('tell', source, { user: M('mcServiceId', 'who') })
const Answer = message('answer', source, { user: M('mcServiceId', 'who'), result: M('result', 'what') })

const spec = { ...source, figure: '1-1' }
const variants = { whole: { title: 'everybody is there', without: [] } }

/** Asks, is checked, is noted, is answered. */
export const asking = flow({
  id: 'example/asking',
  title: 'Asking',
  spec,
  actors: [asker, answerer],
  given: ['Somebody wants to know'],
  steps: [
    step(1, asker.sends(Ask).to(answerer), { user, place }),
    step(2, answerer.checks(allowed), { otherwise: 4, result: refused }),
    step(3, answerer.records(noted), { user }),
    step(4, answerer.sends(Answer).to(asker), { user, result: accepted }),
  ],
  outcome: [{ at: asker, state: noted }],
  variants,
})

/** Performs the above between other actors. */
export const performing = flow({
  id: 'example/performing',
  title: 'Performing',
  spec,
  actors: [asker, answerer, middle],
  given: [],
  steps: [
    step(1, asker.sends(Tell).to(middle), { user }),
    step('2a', middle.performs(asking), { as: { asker: middle } }),
    step(3, middle.sends(Answer).to(asker), { user, result: accepted }),
  ],
  variants,
})

/** Tells two, in any order, and hears from both. */
export const spreading = flow({
  id: 'example/spreading',
  title: 'Spreading',
  spec,
  actors: [asker, answerer, middle],
  given: [],
  steps: [
    step(1, asker.sends(Ask).to(middle), { user }),
    anyOrder(step('2a', middle.sends(Tell).to(asker), { user }), step('2b', middle.sends(Tell).to(answerer), { user })),
    step(3, middle.sends(Answer).to(asker), { user, result: accepted }),
  ],
  variants,
})

/** Answers at once, or asks somebody else first; then one of two farewells. */
export const choosing = flow({
  id: 'example/choosing',
  title: 'Choosing',
  spec,
  actors: [asker, answerer, middle],
  given: [],
  steps: [
    step(1, asker.sends(Ask).to(middle), { user }),
    either({
      'at-once': [step('2a', middle.sends(Answer).to(asker), { user, result: accepted })],
      'after-asking': [
        step('2b', middle.forwards(Ask).to(answerer)),
        step('2c', answerer.sends(Answer).to(middle), { user, result: accepted }),
        step('2d', middle.forwards(Answer).to(asker)),
      ],
    }),
    either({ silent: [], told: [step(3, asker.sends(Tell).to(middle), { user })] }),
  ],
  variants,
})

export { asker, middle, Tell, user }

const { spoken } = conditions({ spoken: 'it is spoken aloud' })
const Hush = message('hush', source, {}, { releases: true })

/** Asks in one of two services; is turned away by a step of its own; and hushes where it was spoken. */
export const calling = flow({
  id: 'example/calling',
  title: 'Calling',
  spec,
  actors: [asker, answerer, middle],
  given: [],
  preconditions: [
    { that: 'it was asked before', by: asking, as: { answerer: middle }, values: { user }, shownBy: allowed },
  ],
  steps: [
    byUser(step(1, asker.sends(Ask).to(answerer), { user, place })),
    step(2, answerer.checks(allowed), {
      otherwise: [step('2a', answerer.sends(Answer).to(asker), { user, result: refused })],
    }),
    step(3, answerer.sends(Tell).to(middle), { user }),
    when(spoken, step(4, answerer.sends(Hush).to(asker), {})),
  ],
  services: { aloud: { title: 'aloud', without: [] }, silently: { title: 'silently', without: [spoken] } },
  variants,
})
