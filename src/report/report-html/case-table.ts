import type { CaseRecord, RunRecord } from '../run-record.ts'
import { caseLink, counted, durationText, grouped, html, type Html } from './html.ts'
import { readingOrder, verdictMark, verdictName } from './verdict-mark.ts'

const filtered = ['role', 'variant', 'transport', 'flow'] as const

const optionsOf = (cases: readonly CaseRecord[], name: (typeof filtered)[number]): string[] =>
  [...new Set(cases.map((of) => of.description[name]))].sort((left, right) => (left < right ? -1 : 1))

function filters(cases: readonly CaseRecord[]): Html {
  return html`<form class="filters" role="search" aria-label="Filter the cases">
    <label class="search"
      ><span>Search</span
      ><input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="id, title or purpose"
    /></label>
    ${filtered.map((name) => {
      const options = optionsOf(cases, name)
      return html`<label
        ><span>${name[0]?.toUpperCase() ?? ''}${name.slice(1)}</span
        ><select name="${name}" ${options.length < 2 ? html` disabled` : html``}>
          <option value="">all</option>
          ${options.map((option) => html`<option>${option}</option>`)}
        </select></label
      >`
    })}
    <fieldset>
      <legend>Verdict</legend>
      ${readingOrder.map((verdict) => html`<label class="chip ${verdict}"><input type="checkbox" name="verdict" value="${verdict}" /><span>${verdictMark(verdict)} ${verdict}</span></label>`)}
    </fieldset>
    <p class="shown" role="status"></p>
    <button type="reset" class="plain">Show all</button>
  </form>`
}

/** Markup of one row; where its details lie is told by chunk and position. */
const row = (of: CaseRecord, chunk: number, position: number): Html => {
  const { description: it } = of
  const note =
    of.standing === 'expected'
      ? 'failed as declared'
      : of.expectedFailure
        ? `declared failure: ${of.expectedFailure.state}`
        : (of.remark ?? '')
  return html`<tr
    data-id="${it.id}"
    data-at="${chunk}:${position}"
    data-verdict="${of.verdict}"
    data-role="${it.role}"
    data-variant="${it.variant}"
    data-transport="${it.transport}"
    data-flow="${it.flow}"
  >
    <td>${verdictName(of.verdict)}</td>
    <th scope="row">
      <a href="${caseLink(it.id)}">${it.id}</a
      ><span class="purpose">${it.purpose}</span>${note !== '' && html`<span class="note">${note}</span>`}
    </th>
    <td>${it.role}</td>
    <td>${it.variant}</td>
    <td>${it.transport}</td>
    <td class="number">${of.findings.length > 0 ? of.findings.length : html`<span class="quiet">0</span>`}</td>
    <td class="number">${of.duration === undefined ? '' : durationText(of.duration)}</td>
  </tr> `
}

/** The list of cases, worst first, then in the order of the run. Yields row by row: there may be thousands. */
export function* caseTable(run: RunRecord, places: ReadonlyMap<string, readonly [number, number]>): Generator<string> {
  const sorted = run.cases.toSorted(
    (left, right) => readingOrder.indexOf(left.verdict) - readingOrder.indexOf(right.verdict),
  )
  yield '<section id="cases" aria-labelledby="cases-title">\n<h2 id="cases-title">Cases</h2>\n'
  yield filters(run.cases).markup
  yield '<div class="scroll" tabindex="0" role="region" aria-labelledby="cases-title"><table class="cases">'
  yield html`<thead>
    <tr>
      <th scope="col">Verdict</th>
      <th scope="col">Case</th>
      <th scope="col">Role under test</th>
      <th scope="col">Variant</th>
      <th scope="col">Transport</th>
      <th scope="col" class="number">Findings</th>
      <th scope="col" class="number">Duration</th>
    </tr>
  </thead>`.markup
  yield '<tbody>\n'
  for (const of of sorted) {
    const [chunk, position] = places.get(of.description.id) ?? [0, 0]
    yield row(of, chunk, position).markup
  }
  yield '</tbody></table></div>\n'
  if (run.cases.length === 0) yield '<p>No case was selected.</p>'
  yield '</section>\n'
}

/** What was left out, by reason. */
export function excludedSection({ excluded }: RunRecord): Html {
  const reasons = [...Map.groupBy(excluded, (of) => of.reason)]
  return html`<section id="excluded" aria-labelledby="excluded-title">
    <h2 id="excluded-title">Excluded</h2>
    ${
      reasons.length === 0
        ? html`<p>Nothing was excluded.</p>`
        : html`<ul class="reasons">
            ${reasons.map(
              ([reason, group]) =>
                html`<li>
                  <details>
                    <summary>${counted(group.length, 'case')}: ${reason}</summary>
                    <ol>
                      ${group.slice(0, 500).map((of) => html`<li class="mono">${of.id}</li>`)}
                      ${group.length > 500 && html`<li>and ${grouped(group.length - 500)} more</li>`}
                    </ol>
                  </details>
                </li>`,
            )}
          </ul>`
    }
  </section>`
}
