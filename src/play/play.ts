import { carriedAt, messageSteps, outcomeStep, project, refusedAt, seatOf, type MessageStep } from '#derive'
import { isMessage, nameOfTerm, type Step } from '#flow'
import type { Verdict } from '#verdict'
import { alteredElements, elementsAt, type Known } from './alter.ts'
import { compareMessage } from './compare.ts'
import { expectSteps, isRefusedLater, takeRefusal, type Progress, type Turn } from './expect.ts'
import { playCrash } from './crash.ts'
import { clauseOf, openLedger, type Ledger } from './ledger.ts'
import { recorded } from './history.ts'
import { judgeInvariants } from './invariant.ts'
import { findProblems } from './problem.ts'
import type { Script } from './script.ts'
import { isSpeech, judgeSpeech } from './speech.ts'
import { judgeStates } from './states.ts'
import { fits, judgeUnexpected, refuses } from './unexpected.ts'
import { findFlood, judgeLate, watchForRefusal, watchProtocol, watchQuiet } from './watch.ts'

/** Plays a case and returns its verdict. Never throws for anything the system under test does. */
export async function play(given: Script): Promise<Verdict> {
  const ledger = openLedger(given)
  const [own, others] = [given.history ?? [], given.second?.history ?? []]
  const [ownBefore, othersBefore] = [own.length, others.length]
  const second = given.second && { ...given.second, port: recorded(given.second.port, others) }
  const script: Script = { ...given, port: recorded(given.port, own), ...(second && { second }) }
  if (script.derived.variation.kind === 'crossed') await playCrossed(script, ledger)
  else await playCourse(script, ledger)
  judgeInvariants(script, ledger, own, ownBefore)
  if (second) judgeInvariants({ ...script, ...second }, ledger, others, othersBefore)
  return ledger.close()
}

/** Two users at once: the first one's answer waits until the second one, whom nobody accepts, has had the refusal. */
async function playCrossed(script: Script, ledger: Ledger): Promise<void> {
  const { derived, second } = script
  if (!second) throw new TypeError(`${derived.id} needs a second user and got none`)
  const crossing = derived.variation.kind === 'crossed' ? derived.variation.step : ''
  const before = derived.flow.steps.slice(
    0,
    derived.flow.steps.findIndex(({ step }) => step === crossing),
  )
  const check = before.findLast(
    ({ step, act }) => act.act === 'check' && !derived.sut.includes(act.at) && isToldOf(script, step),
  )
  const other: Script = {
    ...script,
    ...second,
    // The ladder of the case is the first user's; of the second only what is wrong is told.
    tell: (told) => (told.event === 'step' ? undefined : script.tell(told)),
    derived: {
      ...derived,
      variation: check ? { kind: 'deny', step: check.step, check: '', way: '' } : { kind: 'as-written' },
      course: check ? refusedAt(derived.flow, check.step) : derived.course,
    },
  }
  const refusedUser = Promise.withResolvers<void>()
  await Promise.all([
    playCourse(script, ledger, {
      gate: (step) => (step.step === crossing ? refusedUser.promise : Promise.resolve()),
    }),
    playCourse(other, ledger, { walked: refusedUser.resolve }),
  ])
}

/** Whether the roles under test take any part in the course when a check of others turns out negative. */
const isToldOf = ({ derived: { flow, sut } }: Script, check: string): boolean =>
  project(refusedAt(flow, check).flow, sut).some(({ does }) => does === 'sends' || does === 'expects')

/** Where two courses meet. */
interface Crossing {
  readonly gate?: (step: Step) => Promise<void>
  readonly walked?: () => void
}

async function playCourse(script: Script, ledger: Ledger, crossing: Crossing = {}): Promise<void> {
  const { derived } = script
  const progress: Progress = {
    known: new Map(Object.entries(script.lease.values)),
    done: new Set(),
    pointless: new Set(),
    open: new Set(),
    last: derived.step,
  }
  if (derived.variation.kind === 'before') await sendEarly(script, progress)
  const known = withoutWhatIsNeverTold(script, progress.known)
  const turn = await walk(script, ledger, { ...progress, known }, crossing)
  crossing.walked?.()
  if (turn === 'on') script.completed?.()
  if (turn === 'over') return
  if (turn === 'lost') return playCrash(script, ledger, progress, (step) => send(script, ledger, step, progress))
  if (turn === 'on') await watchQuiet(script, ledger, progress)
  else if (derived.oracle === 'either') await watchProtocol(script, ledger)
  if (turn === 'on') await findUnanswered(script, ledger)
  const refusedCourse = derived.variation.kind === 'deny'
  const granted = turn === 'on' && derived.oracle !== 'refusal' && !refusedCourse
  // Where both are acceptable and nothing was said, what is held may be either.
  if (derived.oracle === 'either' && turn === 'on' && !sutSpeaksAfter(script)) {
    ledger.judged()
    return
  }
  await judgeWhatComesLate(script, ledger, turn)
  const observed = await judgeStates(script, ledger, new Map(Object.entries(script.lease.values)), granted)
  if (!granted && !observed && !sutSpeaksAfter(script)) unobservable(script, ledger)
}

/** Nobody may be let off an answer by being quick with what follows it; yet how late is too late no text says. */
async function findUnanswered({ port, clock, timing, derived }: Script, ledger: Ledger): Promise<void> {
  for (const { expected, basis, ...unanswered } of await port.unanswered(clock.now() + timing.answer))
    ledger.find({
      ...unanswered,
      basis: basis ?? 'rfc',
      ...(basis === undefined && { verdict: 'inconclusive' }),
      role: derived.sut.join('+'),
      expected: [expected],
      messages: [],
    })
}

/** While the system under test shows that it still serves, what it grants too late has time to come. */
async function judgeWhatComesLate(script: Script, ledger: Ledger, turn: Turn): Promise<void> {
  const altered = messageSteps(script.derived.course.flow).find((step) => isAltered(script, step))
  if (script.derived.oracle !== 'refusal' || turn !== 'refused' || !altered) return
  await script.meanwhile?.()
  await judgeLate(script, ledger, altered)
}

/** Walks the course. Returns `refused` after the oracle of a refusal has been watched. */
async function walk(script: Script, ledger: Ledger, progress: Progress, { gate }: Crossing): Promise<Turn> {
  const { derived, crash } = script
  const isLost = (): boolean => crash !== undefined && progress.done.has(crash.after)
  for (const { at } of derived.course.flow.outcome)
    if (!derived.sut.includes(at)) ledger.step(outcomeStep(at), 'not-observable', 'at a role that the tester plays')
  for (const step of derived.course.flow.steps) {
    const inner = step.act.act === 'anyOrder' ? step.act.steps : [step]
    for (const one of inner) tellWhatIsNotSeen(script, ledger, one)
    for (const one of inner) {
      const message = asMessage(one)
      if (!message || seatOf(message.act, derived.sut) !== 'tester-sends') continue
      await gate?.(one)
      if (await cameTooSoon(script, ledger, progress)) return 'over'
      if (isAltered(script, message) && derived.oracle === 'refusal') {
        if (derived.variation.kind !== 'withhold') await send(script, ledger, message, progress)
        await watchForRefusal(script, ledger, message, progress)
        return 'refused'
      }
      await send(script, ledger, message, progress)
      if (isLost()) return 'lost'
    }
    for (const one of inner) {
      if (!isSpeech(one)) continue
      await judgeSpeech(script, ledger, one, progress.known)
      progress.done.add(one.step)
    }
    if (isLost()) return 'lost'
    const spoken = inner
      .flatMap((one) => asMessage(one) ?? [])
      .filter((one) => seatOf(one.act, derived.sut) === 'sut-sends')
    for (const one of spoken) if (one.dueBy !== undefined) progress.open.add(one)
    const due = [...progress.open].filter(({ dueBy }) => inner.some(({ step: number }) => number === dueBy))
    const awaited = [...spoken.filter(({ dueBy }) => dueBy === undefined), ...due]
    if (awaited.length === 0) continue
    if (!(await stimulated(script, ledger, awaited, progress))) return 'over'
    const turn = await expectSteps(script, ledger, awaited, progress)
    if (turn !== 'on') return turn
    if (isLost()) return 'lost'
  }
  return progress.open.size === 0 ? 'on' : expectSteps(script, ledger, [...progress.open], progress)
}

/** What happens among the tester's own roles, or inside the system under test, no message shows. */
function tellWhatIsNotSeen({ derived }: Script, ledger: Ledger, { step, act }: Step): void {
  switch (seatOf(act, derived.sut)) {
    case 'within-tester':
    case 'at-tester':
      ledger.step(step, 'not-observable', 'among the roles that the tester plays')
      return
    case 'within-sut':
      ledger.step(step, 'not-observable', 'inside the system under test')
      return
    case 'at-sut':
      if (act.act === 'check') ledger.step(step, 'not-observable', 'seen by what follows')
      return
    case 'tester-sends':
    case 'sut-sends':
    case 'group':
      return
  }
}

const asMessage = (step: Step): MessageStep | undefined =>
  isMessage(step.act) ? { ...step, act: step.act } : undefined

const isAltered = ({ derived: { variation } }: Script, step: Step): boolean =>
  'step' in variation && variation.step === step.step

async function send(script: Script, ledger: Ledger, step: MessageStep, progress: Progress): Promise<void> {
  const { derived, lease, port, phase } = script
  const { variation } = derived
  await port.send({
    step: step.step,
    from: step.act.from,
    to: step.act.to,
    message: step.act.message.name,
    ies: alteredElements(derived.course.flow, step, progress.known, variation, lease),
    copies: variation.kind === 'twice' && variation.step === step.step ? 2 : 1,
    phase,
  })
  progress.last = step.step
  progress.done.add(step.step)
  ledger.step(step.step, 'done', `sent by the tester as ${derived.flow.actors[step.act.from]}`)
}

async function sendEarly(script: Script, progress: Progress): Promise<void> {
  const { derived, port, phase, clock, timing } = script
  const step = messageSteps(derived.flow).find((one) => isAltered(script, one))
  if (!step) return
  const ies = elementsAt(derived.flow, step, progress.known)
  const { from, to, message } = step.act
  progress.pointless.add(await port.send({ step: step.step, from, to, message: message.name, ies, copies: 1, phase }))
  // What leaves by two sockets at once may arrive in any order: it is early only once it is answered.
  await port.unanswered(clock.now() + timing.quiet)
}

/** What lies in the queue before we answer came before our answer could have caused it. */
async function cameTooSoon(script: Script, ledger: Ledger, progress: Progress): Promise<boolean> {
  for (;;) {
    const arrival = await script.port.receive(Number.NEGATIVE_INFINITY)
    if (!arrival) return false
    if (arrival.kind === 'violation')
      findProblems(ledger, arrival.problems, {
        step: arrival.step,
        role: script.derived.sut.join('+'),
        seq: arrival.seq,
      })
    if (arrival.kind === 'flood') {
      findFlood(script, ledger, progress.last, arrival.limit)
      return true
    }
    const open = [...progress.open].find((one) => fits(one, arrival))
    if (open && arrival.kind === 'message') {
      progress.open.delete(open)
      if (isRefusedLater(script, open, arrival)) takeRefusal(ledger, open, arrival, progress)
      else {
        progress.done.add(open.step)
        compareMessage(script, ledger, script.derived.course.flow, open, arrival, progress.known, false)
      }
      continue
    }
    // What was sent too early may be refused for that.
    if (arrival.kind === 'message' && script.derived.oracle === 'either' && refuses(arrival)) continue
    if (arrival.kind === 'message' && judgeUnexpected(script, ledger, arrival, [], progress.done)) return true
  }
}

/** When the system under test speaks first, somebody sets it going. */
async function stimulated(
  script: Script,
  ledger: Ledger,
  awaited: readonly MessageStep[],
  progress: Progress,
): Promise<boolean> {
  const { derived, port, phase } = script
  const first = messageSteps(derived.course.flow)[0]
  const step = awaited.find((one) => one.step === first?.step || one.byUser)
  if (!step) return true
  const { from, to, message } = step.act
  const ies = elementsAt(derived.course.flow, step, progress.known)
  const why = await port.stimulate({ role: from, towards: to, message: message.name, ies, phase })
  if (why === undefined) return true
  ledger.step(step.step, 'not-observable', why)
  ledger.find({
    requirement: `the ${derived.flow.actors[from]} can be set going`,
    clause: clauseOf(derived.flow.spec, step.step),
    basis: derived.flow.spec.basis,
    verdict: 'inconclusive',
    step: step.step,
    role: from,
    expected: ['a control adapter in the configuration that can stimulate this system under test'],
    actual: why,
    messages: [],
  })
  return false
}

/** An element that the tester leaves out where it would first have told it cannot be expected further on. */
function withoutWhatIsNeverTold({ derived }: Script, known: Known): Known {
  const { variation, course, sut } = derived
  if (variation.kind !== 'without') return known
  const steps = messageSteps(course.flow)
  const step = steps.find((one) => one.step === variation.step)
  const term = step && carriedAt(course.flow, step)[variation.ie]
  if (!step || !term || 'literal' in term) return known
  const toldBefore = steps
    .slice(0, steps.indexOf(step))
    .some(
      (one) =>
        sut.some((role) => role === one.act.to || role === one.act.from) &&
        Object.values(carriedAt(course.flow, one)).some((other) => nameOfTerm(other) === term.term),
    )
  if (toldBefore) return known
  return new Map([...known].filter(([name]) => name !== term.term))
}

const sutSpeaksAfter = ({ derived }: Script): boolean => {
  const steps = messageSteps(derived.course.flow)
  const from = steps.findIndex((step) => step.step === derived.step)
  return steps.slice(Math.max(from, 0)).some((step) => seatOf(step.act, derived.sut) === 'sut-sends')
}

function unobservable(script: Script, ledger: Ledger): void {
  const { derived } = script
  ledger.find({
    requirement: derived.purpose,
    clause: clauseOf(derived.flow.spec, derived.step),
    basis: derived.flow.spec.basis,
    verdict: 'inconclusive',
    step: derived.step,
    role: derived.sut.join('+'),
    expected: ['a control adapter that can tell what the system under test holds'],
    actual: 'not observable from here',
    messages: [],
  })
}
