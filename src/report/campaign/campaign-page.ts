import { readFileSync } from 'node:fs'
import { counted, durationText, grouped, html, type Html } from '../report-html/html.ts'
import { campaignFindings } from './campaign-findings.ts'
import { campaignMatrix } from './campaign-matrix.ts'
import { severities, uncovered, undecidedIn, type CampaignRecord } from './campaign-record.ts'

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

/** No script runs, whatever a system under test wrote; nothing is fetched from anywhere. */
const policy = `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`

function outcomeOf({ began, ended, findings, executions }: CampaignRecord): string {
  const until = ended?.cut === undefined ? '' : `, until ${ended.cut}`
  const cut = ended === undefined ? ' The record ends before the campaign did.' : ''
  if (began === undefined) return 'The record lost its beginning.'
  if (ended?.notTested !== undefined) return `Not tested: ${ended.notTested}.`
  if (executions === 0) return `Nothing was executed${until}.${cut}`
  return findings.length === 0
    ? `No finding in ${counted(executions, 'execution')}${until}.${cut}`
    : `${counted(findings.length, 'finding')} in ${counted(executions, 'execution')}${until}.${cut}`
}

function head(record: CampaignRecord): Html {
  const { began, findings, cells } = record
  const missing = uncovered(record).length
  return html`<header class="title">
    <p class="eyebrow">${began?.tool === undefined ? 'mcx-conformance' : `${began.tool.name} ${began.tool.version}`}</p>
    <h1>Fuzzing report</h1>
    <p class="subject">
      ${began?.scenarios.length === 0 ? 'Whole flows' : counted(began?.scenarios.length ?? 0, 'scenario')}${began?.time !== undefined && html`<span class="quiet">, ${began.time.slice(0, 10)}</span>`}
    </p>
    <p class="outcome">${outcomeOf(record)}</p>
    <ol class="counts severities">
      ${severities.map((severity) => {
        const count = findings.filter(({ complaint }) => complaint.severity === severity).length
        return html`<li class="${severity}${count === 0 ? ' zero' : ''}">
          <span class="count">${grouped(count)}</span> <span class="name">${severity}</span>
        </li>`
      })}
    </ol>
    <p class="apart">
      ${missing > 0 && html`<a href="#coverage">${grouped(missing)} of ${counted(cells.length, 'cell')}</a> (field × kind × state) not covered.`}
    </p>
    ${undecidedIn(record).map(
      ({ scenario, why }) => html`<p class="apart">Not judged: <code>${scenario}</code>, as it is written: ${why}.</p>`,
    )}
  </header>`
}

function particulars({ began, milliseconds, executions, vanished, problems, cells }: CampaignRecord): Html {
  const facts: readonly (readonly [string, string])[] = [
    ['Seed', String(began?.seed ?? 'unknown')],
    ['Budget', began === undefined ? 'unknown' : durationText(began.budget)],
    ['Duration', durationText(milliseconds)],
    ['Executions', grouped(executions)],
    ['Executions a second', grouped(Math.round(executions / Math.max(0.001, milliseconds / 1000)))],
    ['Cells', grouped(cells.length)],
    ['Looked wrong among others, right alone', grouped(vanished)],
    ['Lines of the record left out', grouped(problems.length)],
    ['Defects of the reference system', began?.defects.join(', ') || 'none'],
  ]
  return html`<section id="particulars" aria-labelledby="particulars-title">
    <h2 id="particulars-title">Particulars</h2>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </section>`
}

/** `report.html` of a campaign: one page that reads offline and without scripts. Yields the text piece by piece. */
export function* campaignPage(record: CampaignRecord): Generator<string> {
  yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
  yield html`<meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="no-referrer" />
    <title>Fuzzing report: ${outcomeOf(record)}</title>`.markup
  yield `<style>\n${read('../report-html/report.css')}${read('campaign.css')}</style>\n</head>\n<body>\n`
  yield '<main id="summary">\n'
  for (const part of [head(record), campaignFindings(record), campaignMatrix(record), particulars(record)])
    yield part.markup
  yield '</main>\n<footer><p>Made from events.ndjson alone: the same record gives the same page.</p></footer>\n</body>\n</html>\n'
}
