import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { weigh, type Basis } from './basis.ts'
import { exitCodeOf, overall, phases, verdictOfCase, verdicts, worse, type PhaseVerdicts } from './verdict.ts'

const verdict = fc.constantFrom(...verdicts)
const list = fc.array(verdict, { maxLength: 12 })
const ofPhases: fc.Arbitrary<PhaseVerdicts> = fc.record({ preamble: verdict, body: verdict, postamble: verdict })
const rank = (one: (typeof verdicts)[number]): number => verdicts.indexOf(one)

describe('worse', () => {
  test('is commutative, associative and idempotent, with none as its neutral element', () => {
    fc.assert(
      fc.property(verdict, verdict, verdict, (a, b, c) => {
        expect(worse(a, b)).toBe(worse(b, a))
        expect(worse(a, worse(b, c))).toBe(worse(worse(a, b), c))
        expect(worse(a, a)).toBe(a)
        expect(worse(a, 'none')).toBe(a)
      }),
    )
  })

  test('never improves anything and makes nothing up', () => {
    fc.assert(
      fc.property(verdict, verdict, (a, b) => {
        const both = worse(a, b)
        expect([a, b]).toContain(both)
        expect(rank(both)).toBe(Math.max(rank(a), rank(b)))
      }),
    )
  })

  test('the order is that of TTCN-3', () => {
    expect(verdicts).toEqual(['none', 'pass', 'inconclusive', 'fail', 'error'])
  })
})

describe('overall', () => {
  test('does not depend on the order of the parts, nor on parts that come twice', () => {
    fc.assert(
      fc.property(
        list.chain((parts) =>
          fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length }), fc.subarray(parts)),
        ),
        ([parts, shuffled, again]) => {
          expect(overall(shuffled)).toBe(overall(parts))
          expect(overall([...parts, ...again])).toBe(overall(parts))
        },
      ),
    )
  })

  test('one more part never improves it', () => {
    fc.assert(
      fc.property(list, verdict, (parts, one) => {
        expect(rank(overall([...parts, one]))).toBeGreaterThanOrEqual(rank(overall(parts)))
      }),
    )
  })

  test('of no parts nothing was judged', () => {
    expect(overall([])).toBe('none')
  })
})

describe('the verdict of a case', () => {
  test('passes only when the body passed and nothing around it was judged otherwise', () => {
    fc.assert(
      fc.property(ofPhases, (of) => {
        const good = (one: string): boolean => one === 'pass' || one === 'none'
        expect(verdictOfCase(of) === 'pass').toBe(of.body === 'pass' && good(of.preamble) && good(of.postamble))
      }),
    )
  })

  test('an error of the tool anywhere is an error, and only there', () => {
    fc.assert(
      fc.property(ofPhases, (of) => {
        expect(verdictOfCase(of) === 'error').toBe(Object.values(of).includes('error'))
      }),
    )
  })

  test('a body that judged nothing never passes', () => {
    fc.assert(
      fc.property(verdict, verdict, (preamble, postamble) => {
        expect(verdictOfCase({ preamble, body: 'none', postamble })).not.toBe('pass')
      }),
    )
  })

  test('a phase that gets worse never makes the case better', () => {
    fc.assert(
      fc.property(ofPhases, fc.constantFrom(...phases), verdict, (of, phase, by) => {
        const worsened = { ...of, [phase]: worse(of[phase], by) }
        expect(rank(verdictOfCase(worsened))).toBeGreaterThanOrEqual(rank(verdictOfCase(of)))
      }),
    )
  })

  test.each([
    ['fail', 'pass', 'pass', 'inconclusive'],
    ['pass', 'fail', 'pass', 'fail'],
    ['pass', 'pass', 'fail', 'fail'],
    ['inconclusive', 'pass', 'pass', 'inconclusive'],
    ['pass', 'pass', 'inconclusive', 'inconclusive'],
    ['fail', 'fail', 'pass', 'fail'],
    ['fail', 'pass', 'fail', 'fail'],
    ['none', 'pass', 'none', 'pass'],
    ['fail', 'none', 'none', 'inconclusive'],
    ['none', 'none', 'none', 'none'],
    ['error', 'fail', 'fail', 'error'],
  ] as const)('preamble %s, body %s, postamble %s: %s', (preamble, body, postamble, expected) => {
    expect(verdictOfCase({ preamble, body, postamble })).toBe(expected)
  })
})

describe('the exit code of a run', () => {
  test('is 0 only when something ran and all of it passed', () => {
    fc.assert(
      fc.property(list, (cases) => {
        const code = exitCodeOf(cases)
        expect(code === 0).toBe(cases.length > 0 && cases.every((one) => one === 'pass'))
        expect(code === 1).toBe(cases.includes('fail'))
        expect([0, 1, 3]).toContain(code)
      }),
    )
  })

  test('nothing run is never green', () => {
    expect(exitCodeOf([])).toBe(3)
    expect(exitCodeOf(['none'])).toBe(3)
    expect(exitCodeOf(['pass', 'none'])).toBe(3)
  })

  test.each([
    [['pass', 'inconclusive'], 3],
    [['pass', 'error'], 3],
    [['error', 'fail'], 1],
    [['pass'], 0],
  ] as const)('%j ends with %i', (cases, code) => {
    expect(exitCodeOf(cases)).toBe(code)
  })
})

describe('the rule of basis', () => {
  const bases: readonly Basis[] = ['seed', 'published', 'rfc', 'default-binding']
  test.each(bases)('%s, with the profile selected, can fail', (basis) => {
    expect(weigh(basis, true)).toBe('fail')
  })
  test.each(bases)('%s, with no profile selected', (basis) => {
    expect(weigh(basis, false)).toBe(basis === 'default-binding' ? 'inconclusive' : 'fail')
  })
})
