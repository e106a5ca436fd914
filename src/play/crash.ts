import { messageSteps, seatOf, type MessageStep } from '#derive'
import type { Ledger } from './ledger.ts'
import { findProblems } from './problem.ts'
import type { Progress } from './expect.ts'
import type { Arrival } from './port.ts'
import type { Crash, Script } from './script.ts'
import { judgeStates } from './states.ts'
import { fits, refuses } from './unexpected.ts'
import { findFlood, findGranted } from './watch.ts'

/** A peer is lost and comes back: what waited for a message that never came is not granted, and nothing of it is held. */
export async function playCrash(
  script: Script,
  ledger: Ledger,
  { done }: Progress,
  send: (step: MessageStep) => Promise<void>,
): Promise<void> {
  const { crash, derived } = script
  if (!crash) return
  crash.begins()
  const others = await goOn(script, crash, done, send)
  for (const draft of await crash.happens()) ledger.find(draft)
  ledger.judged()
  const steps = messageSteps(derived.course.flow)
  const missed = steps.find(({ step, act }) => !done.has(step) && seatOf(act, derived.sut) === 'tester-sends')
  // From here on it is the flow in which that message never came.
  const withheld: Script = missed
    ? {
        ...script,
        derived: {
          ...derived,
          variation: { kind: 'withhold', step: missed.step },
          oracle: 'refusal',
          step: missed.step,
        },
      }
    : script
  await judgeWhatCame(withheld, ledger, steps, missed, new Set(done), others)
  if (missed) await judgeStates(withheld, ledger, new Map(Object.entries(script.lease.values)), false)
}

/** Milliseconds for which whoever is left waits for what comes next. */
const patience = 1000

/** Whoever is left plays on, until a message would have to come from who is not there. Returns what came beside. */
async function goOn(
  { derived, port, clock }: Script,
  { after, isThere }: Crash,
  done: Set<string>,
  send: (step: MessageStep) => Promise<void>,
): Promise<readonly Arrival[]> {
  const steps = messageSteps(derived.course.flow)
  const others: Arrival[] = []
  const awaited = steps.filter(({ act }) => seatOf(act, derived.sut) === 'sut-sends' && isThere(act.to))
  for (const step of steps.slice(steps.findIndex((one) => one.step === after) + 1)) {
    const seat = seatOf(step.act, derived.sut)
    if (done.has(step.step)) continue
    // Nobody begins anything in such a state.
    if (step.byUser) return others
    if (seat === 'tester-sends') {
      if (!isThere(step.act.from)) return others
      await send(step)
    }
    if (seat !== 'sut-sends' || !isThere(step.act.to)) continue
    const until = clock.now() + patience
    while (!done.has(step.step)) {
      const arrival = await port.receive(until)
      if (!arrival) return others
      const meant = awaited.find((one) => !done.has(one.step) && fits(one, arrival))
      if (arrival.kind !== 'message' || !meant || refuses(arrival)) others.push(arrival)
      else done.add(meant.step)
    }
  }
  return others
}

/** Of all that came meanwhile nothing may go on beyond the message that never came. */
async function judgeWhatCame(
  script: Script,
  ledger: Ledger,
  steps: readonly MessageStep[],
  missed: MessageStep | undefined,
  done: Set<string>,
  before: readonly Arrival[],
): Promise<void> {
  const { derived, port } = script
  const waiting = [...before]
  const said = steps.filter(({ act }) => seatOf(act, derived.sut) === 'sut-sends')
  const limit = missed ? steps.indexOf(missed) : steps.length
  for (;;) {
    const arrival = waiting.shift() ?? (await port.receive(Number.NEGATIVE_INFINITY))
    if (!arrival) return
    if (arrival.kind === 'flood') return findFlood(script, ledger, derived.step, arrival.limit)
    if (arrival.kind === 'violation')
      findProblems(ledger, arrival.problems, { step: arrival.step, role: derived.sut.join('+'), seq: arrival.seq })
    if (arrival.kind !== 'message') continue
    const meant = said.filter((one) => fits(one, arrival))
    const due = meant.find((one) => steps.indexOf(one) < limit && !done.has(one.step))
    if (due) {
      done.add(due.step)
      continue
    }
    const early = meant.find((one) => steps.indexOf(one) > limit)
    // Who gives something up, or refuses it, grants nothing; what comes again was granted before.
    const again = meant.some((one) => steps.indexOf(one) < limit)
    if (missed && early && !again && !refuses(arrival) && !early.act.message.releases)
      return findGranted(script, ledger, missed, early, arrival)
  }
}
