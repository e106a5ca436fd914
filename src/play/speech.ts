import { isWhole } from '#derive'
import type { Act, Step } from '#flow'
import { nameOfTerm } from '#flow'
import type { Known } from './alter.ts'
import type { Ledger } from './ledger.ts'
import type { SpeechOrder } from './port.ts'
import type { Script } from './script.ts'

type MediaStep = Step & { readonly act: Extract<Act, { act: 'media' }> }

export const isSpeech = (step: Step): step is MediaStep => step.act.act === 'media'

/** Lets a user talk through the roles under test, and judges what comes out at the other side. */
export async function judgeSpeech(script: Script, ledger: Ledger, step: MediaStep, known: Known): Promise<void> {
  const { derived, port, clock } = script
  const order = orderOf(script, step, known)
  if (!isWhole(derived.variation))
    return ledger.step(step.step, 'not-observable', 'media is looked at where the whole flow is played')
  const since = clock.now()
  const { crash } = script
  const broken = crash?.after === step.step && crash.peer === order?.from
  const report = order && (await port.speak?.({ ...order, ...(broken && { broken }) }))
  if (!report) return ledger.step(step.step, 'not-observable', 'the media does not pass from here to here')
  const { text, problems } = report
  const role = derived.sut.join('+')
  for (const { requirement, source, field, expected, actual, lateness } of problems) {
    // Nothing is lost in a tester that stands still, but what it hears then it hears late.
    const stalled = lateness === undefined ? 0 : clock.stalled(lateness.since ?? since)
    const late = lateness !== undefined && stalled >= lateness.milliseconds
    ledger.find({
      requirement,
      clause: `${source.doc} ${source.clause} step ${step.step}`,
      basis: source.basis,
      ...(late && { verdict: 'inconclusive' }),
      step: step.step,
      role,
      field,
      expected,
      actual: late ? `${actual}; the tester itself stood still for ${Math.round(stalled)} ms` : actual,
      messages: [],
    })
  }
  ledger.step(step.step, problems.length === 0 ? 'done' : 'diverged', text)
  ledger.judged()
}

/** Where the roles under test are on the path: it comes from the role before them and goes to the one after. */
function orderOf({ derived: { sut, flow } }: Script, { step, act }: MediaStep, known: Known): SpeechOrder | undefined {
  const talker = known.get(nameOfTerm(act.talker))
  if (talker === undefined) return undefined
  const own = ends(act.path, sut)
  const before = ends(act.insteadOf, sut)
  const order = own ?? before
  if (!order) return undefined
  const former = own && before && before.to !== own.to ? { former: before.to } : {}
  return {
    step,
    talker,
    ...order,
    ...former,
    decides: sut.includes(act.floorAt),
    silent: own === undefined,
    source: flow.spec,
  }
}

function ends(path: readonly string[], sut: readonly string[]) {
  const first = path.findIndex((role) => sut.includes(role))
  const last = path.findLastIndex((role) => sut.includes(role))
  const [from, to] = [path[first - 1], path[last + 1]]
  return first < 0 || from === undefined || to === undefined ? undefined : { from, to }
}
