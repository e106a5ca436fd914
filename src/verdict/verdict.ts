/**
 * The five verdicts in the order of ETSI ES 201 873-1 clause 24: a verdict can only get worse.
 * `none` means nothing was judged, `error` that the tool (never the system under test) is at fault.
 */
export const verdicts = ['none', 'pass', 'inconclusive', 'fail', 'error'] as const
export type Verdict = (typeof verdicts)[number]

/** The worse of two verdicts. Commutative, associative, idempotent; `none` is its neutral element. */
export const worse = (a: Verdict, b: Verdict): Verdict => (verdicts.indexOf(a) >= verdicts.indexOf(b) ? a : b)

/** The verdict of a whole from the verdicts of its parts, in any order. Of no parts it is `none`. */
export const overall = (parts: Iterable<Verdict>): Verdict => {
  let verdict: Verdict = 'none'
  for (const part of parts) verdict = worse(verdict, part)
  return verdict
}

/** The parts of a case that are judged apart: what went before, the case itself, what came after. */
export const phases = ['preamble', 'body', 'postamble'] as const
export type Phase = (typeof phases)[number]
export type PhaseVerdicts = Readonly<Record<Phase, Verdict>>

/**
 * The verdict of a case. Only the body shows that the requirement holds; a case whose body judged nothing is
 * `none` whatever stands around it, unless something around it went wrong. A preamble or postamble that did not
 * pass leaves a passing body inconclusive: the body cannot be trusted, yet it is not the body that failed.
 * A `fail` in the body stays a `fail`; an `error` anywhere is an `error`.
 */
export function verdictOfCase(of: PhaseVerdicts): Verdict {
  const around = worse(of.preamble, of.postamble)
  if (around === 'error' || of.body === 'error') return 'error'
  if (of.postamble === 'fail') return 'fail'
  if (of.preamble === 'fail') return worse(of.body, 'inconclusive')
  if (around === 'inconclusive') return worse(of.body, 'inconclusive')
  return of.body
}

/** How a run ends for the shell: 0 all passed, 1 at least one fail, 3 no fail yet inconclusive, error or nothing ran. */
export function exitCodeOf(cases: Iterable<Verdict>): 0 | 1 | 3 {
  let all = 0
  let passed = 0
  for (const verdict of cases) {
    if (verdict === 'fail') return 1
    all += 1
    if (verdict === 'pass') passed += 1
  }
  return all > 0 && passed === all ? 0 : 3
}
