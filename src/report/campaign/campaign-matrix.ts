import { counted, grouped, html, type Html } from '../report-html/html.ts'
import { uncovered, type CampaignCell, type CampaignRecord } from './campaign-record.ts'

type Standing = 'found' | 'covered' | 'part' | 'missing'

const standingOf = ({ findings, executed, planned }: CampaignCell): Standing =>
  findings > 0 ? 'found' : executed >= planned ? 'covered' : executed > 0 ? 'part' : 'missing'

const inWords: Readonly<Record<Standing, string>> = {
  found: 'a finding',
  covered: 'executed, nothing found',
  part: 'executed in part',
  missing: 'not executed',
}

const sign: Readonly<Record<Standing, string>> = { found: '×', covered: '', part: '', missing: '' }

function cellOf(cell: CampaignCell | undefined): Html {
  if (cell === undefined) return html`<td></td>`
  const standing = standingOf(cell)
  const answers = Object.entries(cell.answers)
    .toSorted(([, left], [, right]) => right - left)
    .slice(0, 5)
    .map(([answer, times]) => `${answer}: ${times}`)
  const title = `${cell.field}, ${cell.kind}: ${inWords[standing]}, ${cell.executed} of ${cell.planned}${answers.length > 0 ? `; ${answers.join(', ')}` : ''}`
  return html`<td class="${standing}" title="${title}">${sign[standing]}</td>`
}

function scenarioMatrix(scenario: string, cells: readonly CampaignCell[], open: boolean): Html {
  const kinds = [...new Set(cells.map(({ kind }) => kind))]
  const places = new Map(cells.map((cell) => [`${cell.field} ${cell.kind}`, cell]))
  const state = cells.find((cell) => cell.state !== '')?.state ?? ''
  const missing = cells.filter(({ executed, planned }) => executed < planned).length
  return html`<details class="matrix-of" ${open && html`open`}>
    <summary>
      <span class="mono">${scenario}</span>
      <span class="quiet"
        >${state !== '' && html`${state}; `}${counted(cells.length, 'cell')},
        ${missing === 0 ? 'all covered' : `${grouped(missing)} not covered`}</span
      >
    </summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Field by kind of ${scenario}">
      <table class="kinds">
        <thead>
          <tr>
            <th scope="col">Field</th>
            ${kinds.map((kind) => html`<th scope="col"><span>${kind}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${[...new Set(cells.map(({ field }) => field))].map(
            (field) =>
              html`<tr>
                <th scope="row">${field}</th>
                ${kinds.map((kind) => cellOf(places.get(`${field} ${kind}`)))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`
}

const listed = 40

/** What was not covered, before all that was. */
function missingSection(record: CampaignRecord): Html {
  const missing = uncovered(record)
  if (record.cells.length === 0) return html`<p class="lead">The record does not say what was planned.</p>`
  if (missing.length === 0)
    return html`<p class="lead">
      Nothing of ${counted(record.cells.length, 'cell')} (field × kind × state) is left out.
    </p>`
  return html`<p class="lead">
      ${grouped(missing.length)} of ${counted(record.cells.length, 'cell')} (field × kind × state) are not played to the
      end.
    </p>
    <details>
      <summary>Which</summary>
      <ol class="seen">
        ${missing
          .slice(0, listed)
          .map(
            ({ scenario, field, kind, executed, planned }) =>
              html`<li><span class="mono">${scenario}</span> ${field}, ${kind}: ${executed} of ${planned}</li>`,
          )}${missing.length > listed && html`<li>and ${grouped(missing.length - listed)} more, in the matrix</li>`}
      </ol>
    </details>`
}

/** Field × kind × state: what was executed, and what came of it. */
export function campaignMatrix(record: CampaignRecord): Html {
  const scenarios = [...Map.groupBy(record.cells, ({ scenario }) => scenario)]
  return html`<section id="coverage" aria-labelledby="coverage-title">
    <h2 id="coverage-title">Not covered</h2>
    ${missingSection(record)}
    <h2>Coverage</h2>
    <p class="legend">
      ${(['covered', 'part', 'missing', 'found'] as const).map((standing) => html`<span><i class="key ${standing}">${sign[standing]}</i> ${inWords[standing]}</span> `)}<span
        ><i class="key"></i> no such change</span
      >
    </p>
    ${scenarios.map(([scenario, cells]) => scenarioMatrix(scenario, cells, scenarios.length <= 2))}
  </section>`
}
