import type { CoverageRow, Verdict } from '#verdict'
import type { RunRecord } from '../run-record.ts'
import { grouped, html, type Html } from './html.ts'
import { readingOrder, verdictMark } from './verdict-mark.ts'

type Standing = Verdict | 'excluded' | 'not selected'

const cell = (row: CoverageRow, role: string, verdicts: ReadonlyMap<string, Standing>, place: string): Html => {
  const judged = row.roles[role]
  if (judged === undefined) return html`<td class="reason" data-role="${role}">not a role here</td>`
  if (typeof judged === 'string') return html`<td class="reason" data-role="${role}">${judged}</td>`
  const counts = new Map<Standing, number>()
  for (const id of judged) {
    const standing = verdicts.get(id) ?? 'not selected'
    counts.set(standing, (counts.get(standing) ?? 0) + 1)
  }
  const shown = readingOrder.flatMap((verdict) => {
    const count = counts.get(verdict) ?? 0
    return count === 0
      ? []
      : [
          html`<span class="tally ${verdict}" title="${grouped(count)} ${verdict}"
            >${verdictMark(verdict)}<span class="hidden">${verdict} </span>${grouped(count)}</span
          >`,
        ]
  })
  const apart = (['excluded', 'not selected'] as const).flatMap((name) =>
    counts.has(name) ? [html`<span class="quiet">${grouped(counts.get(name) ?? 0)} ${name}</span>`] : [],
  )
  if (shown.length === 0)
    return html`<td class="reason" data-role="${role}">${apart.length > 0 ? apart : 'no case'}</td>`
  return html`<td data-role="${role}"><a class="cell" href="#cases" data-cover="${place}">${shown}</a>${apart}</td>`
}

/** Requirement by role: what was judged and how it came out, or the reason why nothing was. */
export function coverageMatrix(run: RunRecord): Html {
  if (run.coverage.length === 0) return html``
  const roles = [...new Set(run.coverage.flatMap((row) => Object.keys(row.roles)))]
  const verdicts = new Map<string, Standing>([
    ...run.excluded.map(({ id }): [string, Standing] => [id, 'excluded']),
    ...run.cases.map((of): [string, Standing] => [of.description.id, of.verdict]),
  ])
  return html`<section id="coverage" aria-labelledby="coverage-title">
    <h2 id="coverage-title">Coverage</h2>
    <p class="lead">
      Each requirement, by the role under test: the verdicts of the cases that judge it, or why none does.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="coverage-title">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">Requirement</th>
            ${roles.map((role) => html`<th scope="col">${role}</th>`)}
          </tr>
        </thead>
        ${[...Map.groupBy(run.coverage, (row) => row.flow)].map(
          ([flow, rows]) =>
            html`<tbody>
              <tr class="flow">
                <th scope="colgroup" colspan="${roles.length + 1}">${flow}</th>
              </tr>
              ${rows.map(
                (row) =>
                  html`<tr>
                    <th scope="row">
                      <span class="clause">${row.clause}</span><span class="requirement">${row.requirement}</span>
                    </th>
                    ${roles.map((role) => cell(row, role, verdicts, `${run.coverage.indexOf(row)}:${role}`))}
                  </tr>`,
              )}
            </tbody>`,
        )}
      </table>
    </div>
  </section>`
}

/** The cases behind each cell, by index of row and role. */
export const coveredCases = (run: RunRecord): Record<string, readonly string[]> =>
  Object.fromEntries(
    run.coverage.flatMap((row, index) =>
      Object.entries(row.roles).flatMap(([role, ids]) => (typeof ids === 'string' ? [] : [[`${index}:${role}`, ids]])),
    ),
  )
