import { isMessage, type Act, type Flow, type Step } from '#flow'

/** What a step is when some roles are under test and the tester plays the others. */
export type Seat = 'tester-sends' | 'sut-sends' | 'within-tester' | 'within-sut' | 'at-tester' | 'at-sut' | 'group'

export function seatOf(act: Act, sut: readonly string[]): Seat {
  const under = (role: string): boolean => sut.includes(role)
  switch (act.act) {
    case 'send':
    case 'forward':
      if (under(act.from)) return under(act.to) ? 'within-sut' : 'sut-sends'
      return under(act.to) ? 'tester-sends' : 'within-tester'
    case 'check':
    case 'record':
    case 'perform':
      return under(act.at) ? 'at-sut' : 'at-tester'
    case 'media':
      return [...act.path, ...act.insteadOf].some(under) ? 'at-sut' : 'at-tester'
    case 'anyOrder':
    case 'either':
      return 'group'
  }
}

/** One step as a role sees it. */
export type Local =
  | { readonly step: string; readonly does: 'sends' | 'expects'; readonly peer: string; readonly message: string }
  | { readonly step: string; readonly does: 'checks' | 'records'; readonly what: string }

/** The flow as the roles under test see it. */
export const project = (flow: Flow, sut: readonly string[]): readonly Local[] =>
  flow.steps.flatMap((step) => localOf(step, sut))

function localOf({ step, act }: Step, sut: readonly string[]): readonly Local[] {
  if (act.act === 'anyOrder') return act.steps.flatMap((inner) => localOf(inner, sut))
  const seat = seatOf(act, sut)
  if (isMessage(act)) {
    if (seat === 'sut-sends') return [{ step, does: 'sends', peer: act.to, message: act.message.name }]
    if (seat === 'tester-sends') return [{ step, does: 'expects', peer: act.from, message: act.message.name }]
    return []
  }
  if (seat !== 'at-sut') return []
  if (act.act === 'check') return [{ step, does: 'checks', what: act.check.that }]
  if (act.act === 'record') return [{ step, does: 'records', what: Object.keys(act.what).join(', ') }]
  return []
}
