import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { RunRecord } from '../run-record.ts'
import { caseDetails } from './case-details.ts'
import { caseTable, excludedSection } from './case-table.ts'
import { coverageMatrix, coveredCases } from './coverage-matrix.ts'
import { findingsSection } from './findings-section.ts'
import { counted, html, type Html } from './html.ts'
import { sweepSection } from './sweep-section.ts'
import { outcomeOf, particulars, reading, verdictCounts } from './summary.ts'
import { markSymbols } from './verdict-mark.ts'

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

/** The scripts of the page in the order they need each other; modules cannot be opened from a file, so they become one. */
const scripts = [
  'elements',
  'case-data',
  'octets',
  'ladder',
  'finding-article',
  'step-tables',
  'message-block',
  'media-time-line',
  'case-page',
  'case-filter',
  'main',
] as const

export const pageScript = (): string =>
  `(() => {\n'use strict'\n${scripts
    .map((name) =>
      read(`client/${name}.js`)
        .replace(/^import [^']*'[^']*'\n/gm, '')
        .replace(/^export /gm, ''),
    )
    .join('\n')}})()\n`

const fingerprint = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Only the one script of the page runs, whatever a system under test wrote; nothing is fetched from anywhere. */
const policy = (script: string): string =>
  `default-src 'none'; script-src ${fingerprint(script)}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`

function notes(run: RunRecord): Html {
  const loose = run.messages.filter((message) => message.case === null)
  if (run.notes.length + run.problems.length + loose.length === 0) return html``
  return html`<section id="notes" aria-labelledby="notes-title">
    <h2 id="notes-title">Run notes</h2>
    <ul class="notes">
      ${run.notes.slice(0, 500).map((note) => html`<li>${note}</li>`)}
      ${loose.length > 0 && html`<li>${counted(loose.length, 'message')} could not be taken for any case; they are in events.ndjson and capture.pcapng.</li>`}
      ${run.problems.slice(0, 50).map((problem) => html`<li>Line ${problem.line} of the record was left out (${problem.kind}): ${problem.text}</li>`)}
      ${run.problems.length > 50 && html`<li>${counted(run.problems.length - 50, 'further line')} of the record left out.</li>`}
    </ul>
  </section>`
}

function head(run: RunRecord): Html {
  const { started } = run
  const what = started ? started.suts.map((sut) => sut.name).join(', ') : 'unknown system'
  return html`<header class="title">
    <p class="eyebrow">${started ? `${started.tool.name} ${started.tool.version}` : 'mcx-conformance'}</p>
    <h1>Conformance report</h1>
    <p class="subject">
      ${what}${started && html`<span class="quiet">, profile ${started.profile}, ${started.time.slice(0, 10)}</span>`}
    </p>
    <p class="outcome exit-${run.exitCode}">${outcomeOf(run)}</p>
  </header>`
}

const navigation = (run: RunRecord): Html => {
  const swept = run.crashPoints.length > 0 ? ['sweep'] : []
  const sections = [
    'summary',
    ...swept,
    'findings',
    'cases',
    ...(run.coverage.length > 0 ? ['coverage'] : []),
    'particulars',
  ]
  return html`<a class="skip" href="#cases">Skip to the cases</a>
    <nav class="top" aria-label="Sections">
      <div>
        ${sections.map((name) => html`<a href="#${name}">${name[0]?.toUpperCase() ?? ''}${name.slice(1)}</a>`)}
        <span class="tools">
          <button type="button" id="theme" class="plain" hidden>Theme: system</button>
          <button type="button" id="print" class="plain" hidden>Print</button>
        </span>
      </div>
    </nav>`
}

/**
 * `report.html`: the whole run in one page that reads offline, with or without scripts, and asks no host for anything.
 * Yields the text piece by piece.
 */
export function* reportHtml(run: RunRecord): Generator<string> {
  const script = pageScript()
  const { places, chunks } = caseDetails(run)
  yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
  yield html`<meta http-equiv="Content-Security-Policy" content="${policy(script)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="referrer" content="no-referrer" />
    <title>Conformance report: ${outcomeOf(run)}</title>`.markup
  yield `<style>\n${read('report.css')}</style>\n</head>\n<body>\n`
  yield markSymbols().markup
  yield navigation(run).markup
  yield '<main id="summary">\n'
  for (const part of [head(run), verdictCounts(run), sweepSection(run), findingsSection(run)]) yield part.markup
  yield* caseTable(run, places)
  for (const part of [excludedSection(run), coverageMatrix(run), particulars(run), reading(run), notes(run)])
    yield part.markup
  yield html`<noscript>
    <p class="noscript">
      The details of each case need scripts. Without them, the messages of each case are in the folder
      <code>cases</code> beside this page.
    </p>
  </noscript>`.markup
  yield '</main>\n<div id="case" hidden></div>\n<div id="printed"></div>\n'
  yield '<footer><p>Made from events.ndjson alone: the same record gives the same page.</p></footer>\n'
  for (const [index, chunk] of chunks.entries())
    yield `<script type="application/octet-stream" id="chunk-${index}">${chunk}</script>\n`
  yield `<script type="application/octet-stream" id="covered">${gzipSync(JSON.stringify(coveredCases(run))).toString('base64')}</script>\n`
  yield `<script>${script}</script>\n</body>\n</html>\n`
}
