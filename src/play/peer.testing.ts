import { carriedAt, messageSteps, refusedAt, seatOf, type DerivedCase, type MessageStep } from '#derive'
import { isMessage, nameOfTerm, type Flow, type Step } from '#flow'
import type {
  Answer,
  Arrival,
  ArrivalProblem,
  Delivery,
  Heard,
  IeValues,
  Port,
  Revelation,
  SpeechProblem,
} from './port.ts'
import type { VirtualClock } from './virtual-clock.testing.ts'

// A system under test in memory: it hears stage-2 messages, walks the flow in its own roles, says stage-2 messages. It is
// well behaved unless a behaviour says otherwise, so that each verdict of the player can be provoked by one mistake.

/** Something it is about to say. */
export interface Saying {
  /** Step of the flow it belongs to. */
  readonly step: string
  /** The role that hears it. */
  readonly to: string
  readonly message: string
  readonly ies: IeValues
  /** Milliseconds after what it answers. */
  readonly after?: number
  readonly problems?: readonly ArrivalProblem[]
}

export interface Behaviour {
  /** What becomes of each message it would say. */
  readonly says?: (saying: Saying) => readonly (Saying | ArrivalDraft)[]
  /** What it says at once to each message it hears, before anything else. */
  readonly blurts?: (heard: Delivery) => readonly (Saying | ArrivalDraft)[]
  /** Takes every element for good. */
  readonly credulous?: boolean
  /** Acts on each copy of a message. */
  readonly repetitive?: boolean
  /** Goes on as if it had got the message of this step, once it waits for it. */
  readonly impatient?: string
  /** Says nothing where it would refuse. */
  readonly tacit?: boolean
  /** Refuses the message of this step, whatever it holds. */
  readonly unwilling?: string
  /** What was tried in vain to see whether it is there. */
  readonly lifeless?: string
  /** Its steps that the protocol below never answers. */
  readonly deaf?: readonly string[]
  /** What comes from it and could be taken for no case. */
  readonly astray?: string
  /** Sends so much to everybody that the tester can do little else. */
  readonly flooding?: boolean
  /** Why nobody can set it going. */
  readonly idle?: string
  /** Why nobody can ask it. */
  readonly reticent?: string
  /** What it answers instead when it is asked. */
  readonly answers?: (state: string, truth: Answer) => Answer
  /** What comes from it beside its messages. */
  readonly arrived?: readonly Heard[]
  /** What is wrong with the speech that passes through it; none passes unless this is said. */
  readonly speaks?: readonly SpeechProblem[]
  /** What shows of a role in whatever it says. */
  readonly mentions?: (text: string) => boolean
  readonly reveals?: (role: string) => readonly Revelation[]
}

type Without<A> = A extends unknown ? Omit<A, 'seq' | 'at'> : never
/** An arrival that is no message, such as a refusal by the protocol below. */
export type ArrivalDraft = Without<Exclude<Arrival, { kind: 'message' }>> & { readonly after?: number }

/** What it knows without being told. */
export interface Peer extends Port {
  /** Everything it heard, in order. */
  readonly heard: readonly Delivery[]
}

const flawMark = 'wrong '
/** A value that anybody would see to be wrong. */
export const wrongValue = (flaw: string): string => `${flawMark}${flaw}`

export function peerOf(
  { flow, sut, world }: DerivedCase,
  clock: VirtualClock,
  own: IeValues,
  behaviour: Behaviour = {},
): Peer {
  const known = new Map(Object.entries(own))
  const held = new Map<string, IeValues>()
  const received = new Map<string, IeValues>()
  const heard: Delivery[] = []
  const queue: Arrival[] = []
  let course: Flow = flow
  let refused = false
  let [seq, dispatches] = [0, 0]
  /** Steps of the course that are over. */
  const over = new Set<string>()

  const arrive = (draft: Saying | ArrivalDraft): void => {
    seq += 1
    const at = clock.now() + (draft.after ?? 0)
    if ('kind' in draft) {
      const { after: _, ...rest } = draft
      queue.push(rest.kind === 'unreachable' || rest.kind === 'flood' ? { ...rest, at } : { ...rest, seq, at })
    } else {
      const { to, message, ies, problems = [] } = draft
      queue.push({ kind: 'message', seq, at, role: to, message, ies, spans: {}, problems })
    }
    queue.sort((a, b) => a.at - b.at)
  }
  const say = (saying: Saying): void => (behaviour.says?.(saying) ?? [saying]).forEach(arrive)
  const refuse = (step: string): void => {
    if (behaviour.tacit !== true) arrive({ kind: 'refusal', step, text: '403 Forbidden', dispatch: dispatches })
  }

  const valuesAt = (step: MessageStep): IeValues => {
    if (step.act.act === 'forward') return received.get(step.act.message.name) ?? {}
    const values: Record<string, string> = {}
    for (const [name, term] of Object.entries(carriedAt(course, step))) {
      const value = 'literal' in term ? term.literal : known.get(term.term)
      if (value !== undefined) values[name] = value
    }
    return values
  }

  /** Walks on until something must be heard. */
  function walk(): void {
    const taken = course
    for (const step of taken.steps) {
      if (over.has(step.step)) continue
      const inner = step.act.act === 'anyOrder' ? step.act.steps : [step]
      for (const one of inner) if (!over.has(one.step) && !waitsFor(one)) act(one)
      // On a refusal path the rest has been walked already.
      if (course !== taken || inner.some((one) => !over.has(one.step))) return
      over.add(step.step)
    }
    if (!refused) for (const { at, state } of course.outcome) if (sut.includes(at)) held.set(state.key, {})
  }
  const waitsFor = (step: Step): boolean =>
    seatOf(step.act, sut) === 'tester-sends' && behaviour.impatient !== step.step

  function act(step: Step): void {
    over.add(step.step)
    const { act: what } = step
    if (isMessage(what)) {
      const message: MessageStep = { ...step, act: what }
      const seat = seatOf(what, sut)
      if (seat === 'within-sut') received.set(what.message.name, valuesAt(message))
      if (seat === 'sut-sends')
        say({ step: step.step, to: what.to, message: what.message.name, ies: valuesAt(message) })
    } else if (seatOf(what, sut) !== 'at-sut') return
    else if (what.act === 'record')
      held.set(
        what.state.key,
        Object.fromEntries(
          Object.entries(what.what).flatMap(([name, term]) => {
            const value = known.get(nameOfTerm(term))
            return value === undefined ? [] : [[name, value]]
          }),
        ),
      )
    else if (what.act === 'check' && world.fails?.check === what.check.key) take(step.step)
  }
  /** Takes the refusal path of a check. */
  function take(check: string): void {
    course = refusedAt(course, check).flow
    walk()
  }

  function hear(delivery: Delivery): void {
    heard.push(delivery)
    behaviour.blurts?.(delivery).forEach(arrive)
    const step = messageSteps(course).find(
      (one) => one.act.message.name === delivery.message && one.act.to === delivery.to && !over.has(one.step),
    )
    if (!step || !isNext(step)) return refuse(delivery.step)
    const acceptable = behaviour.unwilling !== delivery.step && plausible(step, delivery.ies)
    if (!acceptable && behaviour.credulous !== true) {
      refused = true
      return refuse(delivery.step)
    }
    received.set(delivery.message, delivery.ies)
    over.add(step.step)
    for (const [name, term] of Object.entries(carriedAt(course, step))) {
      const value = delivery.ies[name]
      if (value !== undefined && 'term' in term && !known.has(term.term)) known.set(term.term, value)
    }
    // Refused by somebody else: what is sent from here on says so.
    if (delivery.ies['result'] === 'refused') {
      const denied = course.steps.findLast(
        ({ act: what, step: number }) => what.act === 'check' && isBefore(number, step),
      )
      if (denied) {
        course = refusedAt(course, denied.step).flow
        over.add(denied.step)
      }
    }
    walk()
  }
  const isBefore = (number: string, step: MessageStep): boolean =>
    flow.steps.findIndex((one) => one.step === number) < flow.steps.findIndex((one) => one.step === step.step)
  /** Nothing that it has to say or hear itself stands before. */
  const isNext = (step: MessageStep): boolean => {
    const at = course.steps.findIndex((one) => one.step === step.step || inGroup(one, step))
    return course.steps.slice(0, at).every((one) => over.has(one.step) || concernsOthers(one))
  }
  const concernsOthers = ({ act: what }: Step): boolean => seatOf(what, sut).endsWith('tester')
  const inGroup = ({ act: what }: Step, step: MessageStep): boolean =>
    what.act === 'anyOrder' && what.steps.some((one) => one.step === step.step)
  /** As it knows the user and the tokens of its world; a forwarder looks at what it routes by alone. */
  const plausible = (step: MessageStep, ies: IeValues): boolean =>
    Object.entries(carriedAt(course, step)).every(([name, term]) => {
      const ie = step.act.message.ies[name]
      const value = ies[name]
      if (value === undefined) return ie?.status !== 'M'
      if (value.startsWith(flawMark)) return false
      const before = 'term' in term ? known.get(term.term) : undefined
      return before === undefined || before === value
    })

  return {
    heard,
    async send(delivery) {
      dispatches += 1
      const copies = behaviour.repetitive === true ? delivery.copies : 1
      const before = new Set(over)
      for (let copy = 0; copy < copies; copy += 1) {
        if (copy > 0) for (const step of over) if (!before.has(step)) over.delete(step)
        hear(delivery)
      }
      return dispatches
    },
    async stimulate({ ies }) {
      if (behaviour.idle !== undefined) return behaviour.idle
      for (const [name, value] of Object.entries(ies)) known.set(name, value)
      walk()
      return undefined
    },
    async receive(until) {
      const first = queue[0]
      if (first && first.at <= Math.max(until, clock.now())) {
        clock.reach(first.at)
        return queue.shift()
      }
      clock.reach(until)
      return undefined
    },
    lifeless: async () => behaviour.lifeless,
    astray: () => behaviour.astray,
    floodedSince: () => behaviour.flooding === true,
    async unanswered(until) {
      const requirement = 'every request is answered'
      const expected = 'a final response'
      const deaf = behaviour.deaf ?? []
      if (deaf.length > 0) clock.reach(until)
      return deaf.map((step) => ({ step, requirement, clause: 'RFC 3261 8.2.6', expected, actual: 'none' }))
    },
    arrived: () => behaviour.arrived ?? [],
    mentions: (_seq, text) => behaviour.mentions?.(text) ?? false,
    reveals: (_seq, role) => behaviour.reveals?.(role) ?? [],
    async speak() {
      return behaviour.speaks && { text: 'some packets', problems: behaviour.speaks }
    },
    async query(_role, state) {
      const truth: Answer =
        behaviour.reticent === undefined
          ? { known: true, holds: held.has(state), values: held.get(state) ?? {} }
          : { known: false, why: behaviour.reticent }
      return behaviour.answers?.(state, truth) ?? truth
    },
  }
}
