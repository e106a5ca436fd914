import { messageSteps, seatOf, type MessageStep } from '#derive'
import type { Source } from '#flow'
import { disclosures } from './disclosure.ts'
import { clauseOf, type Ledger } from './ledger.ts'
import type { History, Passage } from './history.ts'
import { migrationsIn } from './migrations.ts'
import { isSame, type Script } from './script.ts'

/** Something that holds over all legs of a case, whatever flow is played. */
export interface Invariant {
  readonly key: string
  readonly requirement: string
  readonly source: Source
  /** Messages of the system under test that it is about. */
  readonly about: (passage: Received) => boolean
  /** What breaks it in such a message, after all that passed before. */
  readonly broken: (passage: Received, before: History, script: Script) => Breach | undefined
}

/** Something that came from the system under test; of what is no stage-2 message `message` is its start line. */
export interface Received extends Passage {
  readonly seq: number
}

interface Breach {
  readonly expected: string
  readonly actual: string
  /** Numbers of the messages it rests on, besides the one judged. */
  readonly after?: readonly (number | undefined)[]
}

const towardsMigrated = { doc: 'TS 23.280', clause: '10.16.y.3', basis: 'seed' } as const

/** TS 23.280 10.16.y.3 does not bound them (docs/bindings.md). */
const mostRedirections = 5

/** What tells of a return. */
const endings: ReadonlySet<string> = new Set(['service authorization response', 'migration end notification'])

/** Who was called for a private call of this calling party, each but the last of them by a redirection of the one before. */
function redirectedSince(before: History, byThis: (caller: string | undefined) => boolean): readonly string[] {
  const called: string[] = []
  let redirected = false
  for (const { message, role, ies } of before) {
    const { callingParty, calledParty = '' } = ies
    if (message === 'private call redirection' && role !== 'callingClient') redirected = true
    if (message !== 'private call request' || !byThis(callingParty)) continue
    // A call that no redirection led to is a new one.
    if (!redirected) called.length = 0
    called.push(calledParty)
    redirected = false
  }
  return redirected ? called : []
}

export const invariants: readonly Invariant[] = [
  {
    key: 'one-serving-system',
    requirement: 'a user is served by one MC system at a time: no other one calls the client of the user',
    source: { doc: 'TS 23.280', clause: '10.16.y.3', basis: 'seed' },
    about: ({ message, role }) => message === 'private call request' && role === 'calledClient',
    broken({ ies: { calledParty } }, before, script) {
      const migrations = migrationsIn(before)
      const there = migrations.findLast(({ servedAs }) => isSame(script, servedAs, calledParty))
      if (there?.state === 'ended')
        return { expected: 'no call of a user who has left', actual: `a call to ${calledParty}`, after: [there.seq] }
      const away = migrations.findLast(({ user, state }) => state === 'authorized' && isSame(script, user, calledParty))
      if (!away || away.servedAs === undefined || isSame(script, away.servedAs, calledParty)) return undefined
      return {
        expected: `the user is called at ${away.servedAs}`,
        actual: `a call to ${calledParty}`,
        after: [away.seq],
      }
    },
  },
  {
    key: 'redirection-after-migration',
    requirement: 'a private call is redirected only to where an authorized migration has brought the called user',
    source: towardsMigrated,
    about: ({ message, ies }) => message === 'private call redirection' && ies['redirectedTo'] !== undefined,
    broken({ ies: { calledParty, redirectedTo } }, before, script) {
      const migrations = migrationsIn(before)
      const from = migrations.findLast(({ servedAs }) => isSame(script, servedAs, calledParty))
      // Who has left is to be called by the identity of the primary MC system.
      if (from?.state === 'ended' && isSame(script, redirectedTo, from.user)) return undefined
      const to = migrations.findLast(({ user, state }) => isSame(script, user, calledParty) && state === 'authorized')
      if (to && isSame(script, to.servedAs, redirectedTo)) return undefined
      return {
        expected: to?.servedAs ?? 'no redirection: no migration of this user has been authorized',
        actual: `from ${calledParty ?? 'nobody'} to ${redirectedTo}`,
        after: [to?.seq],
      }
    },
  },
  {
    key: 'end-after-migration',
    requirement: 'a partner MC system is told of the end of a migration that goes on there, and of no other',
    source: { doc: 'docs/bindings.md', clause: 'departure', basis: 'default-binding' },
    about: ({ message, ies }) => message === 'migration end notification' && ies['mcServiceId'] !== undefined,
    broken({ seq, ies: { mcServiceId, partnerSystem } }, before, script) {
      // The answer to the user may come first, and a gateway server passes on what it was told.
      const migrations = migrationsIn(before.filter(({ message }) => !endings.has(message)))
      const meant = migrations.findLast(
        ({ user, system }) => isSame(script, user, mcServiceId) && (system ?? partnerSystem) === partnerSystem,
      )
      if (!meant || meant.state === 'authorized') return undefined
      return {
        expected: 'nothing, since the migration has ended before',
        actual: `the end of the migration of ${mcServiceId} to ${partnerSystem}`,
        after: meant.seq === seq ? [] : [meant.seq],
      }
    },
  },
  {
    key: 'redirections-end',
    requirement: `a client follows at most ${mostRedirections} redirections of a private call, and none to an identity that it has called before`,
    source: { doc: 'docs/bindings.md', clause: 'redirection-limit', basis: 'default-binding' },
    about: ({ message }) => message === 'private call request',
    broken({ ies: { callingParty, calledParty } }, before, script) {
      if (!script.derived.sut.includes('callingClient')) return undefined
      const called = redirectedSince(before, (one) => isSame(script, one, callingParty))
      const again = called.some((one) => isSame(script, one, calledParty))
      if (!again && called.length <= mostRedirections) return undefined
      return {
        expected: 'no further call',
        actual: again ? `${calledParty} is called again` : `${calledParty} is called, redirection ${called.length}`,
      }
    },
  },
  ...disclosures,
]

/** The step that the last of these messages is: where several are alike, the one it is by count. */
function stepOf({ derived: { course, sut } }: Script, passed: History): MessageStep | undefined {
  const last = passed.at(-1)
  const [seat, end] = last?.direction === 'sent' ? (['tester-sends', 'from'] as const) : (['sut-sends', 'to'] as const)
  const alike = messageSteps(course.flow).filter(
    ({ act }) => act.message.name === last?.message && act[end] === last.role && seatOf(act, sut) === seat,
  )
  const count = passed.filter(({ message, role }) => message === last?.message && role === last.role).length
  return alike[Math.min(count, alike.length) - 1]
}

interface Moment {
  readonly received: Received
  /** All that passed before. */
  readonly before: History
  /** What says which step it belongs to. */
  readonly upTo: History
}

/** What came in a part of a case: stage-2 messages from number `from` on, and what else the protocol below brought. */
function momentsOf({ port }: Script, history: History, from: number): readonly Moment[] {
  const messages = history.flatMap((passage, index): readonly Moment[] => {
    const { seq } = passage
    if (index < from || passage.direction !== 'received' || seq === undefined) return []
    const before = history.slice(0, index)
    return [{ received: { ...passage, seq }, before, upTo: history.slice(from, index + 1) }]
  })
  const told = new Set(messages.map(({ received }) => received.seq))
  const others = port.arrived().flatMap(({ seq, role, startLine }): readonly Moment[] => {
    if (told.has(seq)) return []
    const next = history.findIndex((passage) => passage.seq !== undefined && passage.seq > seq)
    const before = next < 0 ? history : history.slice(0, next)
    const received = { direction: 'received', seq, role, message: startLine, ies: {} } as const
    return [{ received, before, upTo: before.slice(from) }]
  })
  return [...messages, ...others]
}

/** Judges all that the system under test said in a part of a case, from that message on. */
export function judgeInvariants(script: Script, ledger: Ledger, history: History, from: number): void {
  const { derived, claims } = script
  for (const { received, before, upTo } of momentsOf(script, history, from)) {
    for (const { key, requirement, source, about, broken } of invariants) {
      const breach = about(received) ? broken(received, before, script) : undefined
      if (!breach) continue
      const step = stepOf(script, upTo)?.step ?? derived.step
      ledger.find({
        requirement,
        clause: clauseOf(source, step),
        basis: source.basis,
        ...(key === 'inside-stays-inside' && claims['topologyHiding'] === false && { verdict: 'inconclusive' }),
        step,
        role: derived.sut.join('+'),
        field: key,
        expected: [breach.expected],
        actual: breach.actual,
        messages: [...new Set([...(breach.after ?? []).filter((one) => one !== undefined), received.seq])],
      })
    }
  }
}
