import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Results } from '#report'

/** Case to verdict, from what `mcx run --verbose` printed; the last line counts only when it has its end. */
export const verdictsIn = (printed: string): ReadonlyMap<string, string> =>
  new Map(
    printed
      .slice(0, printed.lastIndexOf('\n') + 1)
      .split('\n')
      .flatMap((line) => {
        const [, verdict = '', id] = /^(pass|fail|inconclusive|error|none) {2,}(\S+) {2}\d+ ms$/.exec(line) ?? []
        return id === undefined ? [] : [[id, verdict] as const]
      }),
  )

export const resultsIn = (directory: string): Results =>
  JSON.parse(readFileSync(join(directory, 'results.json'), 'utf8')) as Results

/** Printed and not, or otherwise, in `results.json`. */
export function lostIn(results: Results, printed: ReadonlyMap<string, string>): readonly string[] {
  const kept = new Map(results.cases.map((one) => [one.id, one]))
  return [...printed].flatMap(([id, verdict]) => {
    const found = kept.get(id)
    if (found === undefined) return [`${id}: ${verdict} was printed and is not in results.json`]
    return found.verdict === verdict && found.finished
      ? []
      : [
          `${id}: ${verdict} was printed and results.json says ${found.verdict}${found.finished ? '' : ', not finished'}`,
        ]
  })
}
