import { reproducedText } from '#verdict'
import { counted, durationText, grouped, html, type Html } from '../report-html/html.ts'
import { printable } from '../printable.ts'
import { caseInWords, type CampaignFinding, type CampaignRecord } from './campaign-record.ts'

const longestMessage = 16_384

/** Octets as lines; what is no text shows as escapes. */
function octetsText(base64: string): string {
  const octets = Buffer.from(base64, 'base64')
  const text = octets
    .subarray(0, longestMessage)
    .toString('latin1')
    .split('\r\n')
    .map((line) => printable(line))
    .join('\n')
  return octets.length > longestMessage ? `${text}\n(${octets.length} octets, cut)` : text
}

const row = (name: string, value: Html | string, kind = ''): Html =>
  html`<div class="${kind}">
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`

function article(finding: CampaignFinding): Html {
  const { complaint, examined, executions, after } = finding
  return html`<article class="finding fail">
    <h3>${complaint.what}</h3>
    <p class="where">
      <span class="severity ${complaint.severity}">${complaint.severity}</span> <span>${complaint.clause}</span>
      <span>${finding.case.scenario}</span>
    </p>
    <dl class="anatomy">
      ${row('Change', html`<span class="mono">${caseInWords(finding)}</span>`)}
      ${examined?.explanation.map((line) => row('What matters', line))} ${row('Expected', complaint.expected)}
      ${row('Observed', complaint.observed, 'actual')}
      ${row(
        'Found',
        `after ${counted(executions, 'execution')}, ${durationText(after)}${
          examined === undefined ? '' : `; shown ${reproducedText(examined.reproduced)}`
        }`,
      )}
      ${examined !== undefined && row('Replay', html`<code>${examined.replay}</code>`, 'replay')}
      ${row(
        'Octets',
        html`<details>
          <summary>as they were sent</summary>
          <pre class="octets-text">${html`${octetsLines(finding.octets)}`}</pre>
        </details>`,
      )}
    </dl>
  </article>`
}

/** Each line apart, for a string of a template is made printable as one line. */
const octetsLines = (octets: string): readonly Html[] =>
  octetsText(octets)
    .split('\n')
    .map((line) => ({ markup: `${html`${line}`.markup}\n` }))

export function campaignFindings({ findings }: CampaignRecord): Html {
  return html`<section id="findings" aria-labelledby="findings-title">
    <h2 id="findings-title">Findings</h2>
    <p class="lead">${findings.length === 0 ? 'There are none.' : `${grouped(findings.length)}, the gravest first.`}</p>
    ${findings.map(article)}
  </section>`
}
