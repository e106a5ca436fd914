import type { Finding } from '#verdict'
import { basisInWords } from '../finding-text.ts'
import type { CaseRecord, RunRecord } from '../run-record.ts'
import { caseLink, counted, html, type Html } from './html.ts'
import { readingOrder, verdictName } from './verdict-mark.ts'

interface Seen {
  readonly of: CaseRecord
  readonly finding: Finding
}

/** Findings that say the same of the same step are one, seen in several cases. */
function alike(cases: readonly CaseRecord[]): Seen[][] {
  const groups = new Map<string, Seen[]>()
  for (const of of cases)
    for (const finding of of.findings) {
      const { verdict, clause, step, role, requirement, field, basis } = finding
      const key = JSON.stringify([verdict, clause, step, role, requirement, field, basis, of.standing === 'expected'])
      groups.set(key, [...(groups.get(key) ?? []), { of, finding }])
    }
  const rank = ([first]: readonly Seen[]): number =>
    first ? readingOrder.indexOf(first.finding.verdict) + (first.of.standing === 'expected' ? 10 : 0) : 0
  return [...groups.values()].sort((left, right) => rank(left) - rank(right) || right.length - left.length)
}

const listed = 200

/** In one case the same may be found several times. */
const casesIn = (group: readonly Seen[]): string => counted(new Set(group.map(({ of }) => of)).size, 'case')

function anatomy(group: readonly Seen[], { finding, of }: Seen): Html {
  const messages = of.messages.filter((message) => finding.messages.includes(message.seq)).slice(-4)
  const others = new Set(group.map((each) => each.finding.actual)).size > 1
  return html`<dl class="anatomy">
    <div>
      <dt>Basis</dt>
      <dd>${finding.basis} <span class="quiet">${basisInWords[finding.basis]}</span></dd>
    </div>
    ${
      finding.field !== undefined &&
      html`<div>
        <dt>Field</dt>
        <dd><span class="mono">${finding.field}</span></dd>
      </div>`
    }
    <div>
      <dt>Expected</dt>
      <dd>
        ${finding.expected.map((text, index) => html`<span class="choice">${index > 0 && html`<span class="quiet">or </span>`}${text}</span>`)}
      </dd>
    </div>
    <div class="actual">
      <dt>Actual</dt>
      <dd>${finding.actual}</dd>
    </div>
    ${
      messages.length > 0 &&
      html`<div>
        <dt>Messages</dt>
        <dd>
          <ol class="last">
            ${messages.map((message) => html`<li><span class="quiet">#${message.seq} +${(message.at / 1000).toFixed(3)} s ${message.direction}</span> ${message.summary}</li>`)}
          </ol>
        </dd>
      </div>`
    }
    <div>
      <dt>Replay</dt>
      <dd class="replay"><code>${finding.replay}</code></dd>
    </div>
    <div>
      <dt>Seen in</dt>
      <dd>
        ${
          group.length === 1
            ? html`<a class="mono" href="${caseLink(of.description.id)}">${of.description.id}</a>`
            : html`<details>
                <summary>${casesIn(group)}</summary>
                <ol class="seen">
                  ${group.slice(0, listed).map((each) => html`<li><a class="mono" href="${caseLink(each.of.description.id)}">${each.of.description.id}</a>${others && html`<span class="quiet"> ${each.finding.actual}</span>`}</li>`)}${group.length > listed && html`<li>and ${group.length - listed} more, in the list of cases</li>`}
                </ol>
              </details>`
        }
      </dd>
    </div>
  </dl>`
}

/** `TR 23.781 6.x.1 step 3` says the step already. */
const stepBeside = ({ clause, step }: Finding): string => (clause.endsWith(`step ${step}`) ? '' : `step ${step}`)

/** Findings shown in full; of the others the anatomy opens on request. */
const open = 10

function article(group: readonly Seen[], index: number): Html {
  const [first] = group
  if (!first) return html``
  const { finding, of } = first
  const all = anatomy(group, first)
  return html`<article class="finding ${finding.verdict}">
    <h3>${finding.requirement}</h3>
    <p class="where">
      ${verdictName(finding.verdict)} <span>${finding.clause}</span> <span>${stepBeside(finding)}</span>
      <span>${finding.role}</span>
      ${group.length > 1 && html`<span>${casesIn(group)}</span>`}
      ${of.standing === 'expected' && html`<span class="declared">failed as declared</span>`}
    </p>
    ${
      index < open
        ? all
        : html`<details>
            <summary>Expected, actual, replay</summary>
            ${all}
          </details>`
    }
  </article>`
}

/** Every finding of the run, alike ones together, the gravest first. */
export function findingsSection({ cases }: RunRecord): Html {
  const groups = alike(cases)
  return html`<section id="findings" aria-labelledby="findings-title">
    <h2 id="findings-title">Findings</h2>
    ${
      groups.length === 0
        ? html`<p class="lead">There are none.</p>`
        : html`<p class="lead">
            ${counted(groups.length, 'different finding')} in
            ${counted(cases.filter((of) => of.findings.length > 0).length, 'case')}.
          </p>`
    }
    ${groups.map(article)}
  </section>`
}
