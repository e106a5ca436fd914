import type { Ledger } from './ledger.ts'
import type { ArrivalProblem } from './port.ts'

/** Tells what a binding or the protocol below does not allow; each problem brings its own clause and weight. */
export function findProblems(
  ledger: Ledger,
  problems: readonly ArrivalProblem[],
  where: { readonly step: string; readonly role: string; readonly seq: number },
): void {
  for (const { requirement, source, field, expected, actual, span } of problems)
    ledger.find({
      requirement,
      clause: `${source.doc} ${source.clause}`,
      basis: source.basis,
      step: where.step,
      role: where.role,
      field,
      expected,
      actual,
      messages: [where.seq],
      ...(span && { span }),
    })
}
