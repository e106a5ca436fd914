import type { RunRecord, SweptPoint } from '../run-record.ts'
import { sweepTable, type SweepRow } from '../sweep-table.ts'
import { counted, grouped, html, type Html } from './html.ts'
import { verdictMark } from './verdict-mark.ts'

const shown = {
  survived: ['pass', 'survived'],
  fell: ['fail', 'fell'],
  'left-behind': ['fail', 'left something behind'],
  'not-swept': ['none', 'not swept'],
} as const

const cell = ({ outcomes }: SweepRow, disturbance: string): Html => {
  const outcome = outcomes[disturbance] ?? '-'
  if (outcome === '-') return html`<td class="reason" data-role="${disturbance}">not asked for</td>`
  const [verdict, text] = shown[outcome]
  return html`<td data-role="${disturbance}">
    <span class="tally ${verdict}">${verdictMark(verdict)}${text}</span>
  </td>`
}

/** So many of each list are shown. */
const most = 200

const listed = (title: string, points: readonly SweptPoint[]): Html =>
  points.length === 0
    ? html``
    : html`<h3>${title}</h3>
        <ul class="notes">
          ${points.slice(0, most).map((point) => html`<li><span class="mono">${point.case}</span>: ${point.why.join('; ')}</li>`)}
          ${points.length > most && html`<li>${grouped(points.length - most)} more, in events.ndjson.</li>`}
        </ul>`

/** Step by disturbance: what became of the system under test when a peer was lost there. */
export function sweepSection(run: RunRecord): Html {
  if (run.crashPoints.length === 0) return html``
  const { disturbances, rows, unseen, unsteady, counts } = sweepTable(run)
  const of = (...outcomes: readonly SweptPoint['outcome'][]): readonly SweptPoint[] =>
    run.crashPoints.filter((point) => outcomes.includes(point.outcome) && !unseen.includes(point))
  const judged = [...new Set(run.crashPoints.flatMap((point) => point.judged))]
  return html`<section id="sweep" aria-labelledby="sweep-title">
    <h2 id="sweep-title">Sweep</h2>
    <p class="lead">
      Each step, after which a peer was lost, by the way it was lost: ${grouped(counts.survived)} survived,
      ${grouped(counts.fell)} fell, ${grouped(counts['left-behind'])} left something behind,
      ${grouped(counts['not-swept'])} not swept. Judged of the end state: ${judged.join(', ') || 'nothing'}.
      ${counted(unseen.length, 'further step')} cannot be seen from here.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="sweep-title">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">Step</th>
            ${disturbances.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        ${[...Map.groupBy(rows, ({ flow, role }) => `${flow}, ${role} under test`)].map(
          ([title, those]) =>
            html`<tbody>
              <tr class="flow">
                <th scope="colgroup" colspan="${disturbances.length + 1}">${title}</th>
              </tr>
              ${those.map(
                (row) =>
                  html`<tr>
                    <th scope="row">
                      <span class="clause">step ${row.step}</span
                      ><span class="requirement">${row.peers.join(', ')}</span>
                    </th>
                    ${disturbances.map((name) => cell(row, name))}
                  </tr>`,
              )}
            </tbody>`,
        )}
      </table>
    </div>
    ${listed('What did not hold', of('fell', 'left-behind'))} ${listed('What was not swept', of('not-swept'))}
    ${listed('What survived when it was played once more, and not the first time', unsteady)}
    ${listed('Steps that cannot be seen', unseen)}
  </section>`
}
