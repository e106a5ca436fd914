import { casesOf, coverageOf, drawing, inVariant, mermaid, sentences } from '#derive'
import type { Flow } from '#flow'

/**
 * Everything derived from a flow that people review in a diff: path below fixtures/golden to its text. `whole` is the
 * flow with what it performs written out.
 */
export function goldenFilesOf(flow: Flow, whole: Flow = flow): ReadonlyMap<string, string> {
  const files = new Map([
    [`${flow.id}/sentences.txt`, sentences(flow)],
    [`${flow.id}/diagram.mmd`, mermaid(flow)],
    [`${flow.id}/diagram.svg`, drawing(flow)],
    [`${flow.id}/cases.txt`, casesText(whole)],
    [`${flow.id}/coverage.csv`, coverageText(whole)],
  ])
  for (const name of Object.keys(flow.variants)) {
    const variant = inVariant(flow, name)
    files.set(`${flow.id}/${name}/sentences.txt`, sentences(variant))
    files.set(`${flow.id}/${name}/diagram.mmd`, mermaid(variant))
  }
  return files
}

const rolesOf = (flow: Flow): readonly string[] => Object.keys(flow.actors)

/** The id of every case and what is acceptable in it, by the role under test. */
const casesText = (flow: Flow): string =>
  rolesOf(flow)
    .map((role) => {
      const cases = [...casesOf(flow, [role])]
      const width = Math.max(...cases.map(({ id }) => id.length))
      const lines = cases.map(({ id, oracle }) => `${id.padEnd(width)}  ${oracle}`)
      return [`${flow.actors[role]}: ${cases.length} cases`, '', ...lines, ''].join('\n')
    })
    .join('\n')

/** Each requirement with the number of cases that judge it for each role, or the reason why none does. */
function coverageText(flow: Flow): string {
  const roles = rolesOf(flow)
  const cases = roles.flatMap((role) => [...casesOf(flow, [role])])
  const rows = coverageOf(flow, cases).map(({ clause, requirement, roles: cells }) => [
    clause,
    requirement,
    ...roles.map((role) => {
      const cell = cells[role]
      return typeof cell === 'string' ? cell : String(cell?.length ?? 0)
    }),
  ])
  return [['clause', 'requirement', ...roles], ...rows].map((row) => `${row.map(quoted).join(',')}\n`).join('')
}

/** RFC 4180 2. */
const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
