import type { RunRecord } from '../run-record.ts'
import { counted, durationText, grouped, html, type Html } from './html.ts'
import { verdictMark } from './verdict-mark.ts'

/** The run in one sentence. */
export function outcomeOf({ totals, ending, exitCode, cases }: RunRecord): string {
  const { fail, inconclusive, error, none, pass } = totals.verdicts
  const red = cases.filter((of) => of.standing === 'failed').length
  const declared = totals.expectedFailures
  const also = declared > 0 ? `, ${counted(declared, 'case')} failed as declared` : ''
  const cut =
    ending === 'completed'
      ? ''
      : ending === 'interrupted'
        ? ' The run was interrupted.'
        : ' The record ends before the run did.'
  if (totals.cases === 0 || pass + fail + inconclusive + error === 0) return `Nothing was judged.${cut}`
  if (exitCode === 0)
    return declared === 0
      ? `All ${counted(totals.cases, 'case')} passed.`
      : `${counted(pass, 'case')} of ${grouped(totals.cases)} passed${also}.`
  if (red > 0) return `${grouped(red)} of ${counted(totals.cases, 'case')} failed${also}.${cut}`
  const open = [
    inconclusive > 0 && `${grouped(inconclusive)} inconclusive`,
    error > 0 && `${grouped(error)} with an error of the tool`,
    none > 0 && `${grouped(none)} not judged`,
  ].filter((text) => text !== false)
  return `No case failed, yet not all passed: ${open.join(', ') || 'not all were played'}${also}.${cut}`
}

const verdictNote = {
  pass: 'seen to hold',
  fail: 'not as required',
  inconclusive: 'not shown either way',
  error: 'fault of the tool',
  none: 'nothing judged',
}

export function verdictCounts({ totals }: RunRecord): Html {
  const shown = (['pass', 'fail', 'inconclusive', 'error', 'none'] as const).map(
    (verdict) =>
      html`<li class="${verdict}${totals.verdicts[verdict] === 0 ? ' zero' : ''}">
        <a href="#cases" data-verdict="${verdict}">
          <span class="count">${grouped(totals.verdicts[verdict])}</span>
          <span class="name">${verdictMark(verdict)} ${verdict}</span>
          <span class="note">${verdictNote[verdict]}</span>
        </a>
      </li>`,
  )
  const bar = (['pass', 'fail', 'inconclusive', 'error', 'none'] as const)
    .filter((verdict) => totals.verdicts[verdict] > 0)
    .map((verdict) => html`<span class="${verdict}" style="flex-grow:${totals.verdicts[verdict]}"></span>`)
  return html`<ol class="counts">
      ${shown}
    </ol>
    <div class="bar" aria-hidden="true">${bar}</div>
    <p class="apart">
      ${counted(totals.cases, 'case')}, ${counted(totals.messages, 'message')}, ${counted(totals.findings, 'finding')}.
      ${totals.expectedFailures > 0 && html`<strong>${counted(totals.expectedFailures, 'declared failure')}</strong> met: counted above as seen, not counted against the run.`}
      ${totals.excluded > 0 && html`<a href="#excluded">${counted(totals.excluded, 'case')} excluded</a>, with the reason.`}
    </p>`
}

const fact = (name: string, value: Html | string | number, wide = false): Html =>
  html`<div class="${wide ? 'wide' : ''}">
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`

export function particulars(run: RunRecord): Html {
  const { started } = run
  if (!started)
    return html`<p>The record lost its beginning: what was tested, with which seed and profile is not known.</p>`
  const suts = started.suts.map((sut) => {
    const claims = Object.entries(sut.claims).map(
      ([name, value]) => `${name}: ${value === true ? 'yes' : value === false ? 'no' : value}`,
    )
    return html`<tr>
      <th scope="row">${sut.name}${sut.version !== undefined && html`<span class="quiet"> ${sut.version}</span>`}</th>
      <td>${sut.roles.join(', ')}</td>
      <td class="mono">${sut.address}</td>
      <td>${claims.join('; ') || 'none stated'}</td>
    </tr>`
  })
  return html`<section id="particulars" aria-labelledby="particulars-title">
    <h2 id="particulars-title">Particulars</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Systems under test">
      <table class="suts">
        <thead>
          <tr>
            <th scope="col">System under test</th>
            <th scope="col">Roles</th>
            <th scope="col">Address</th>
            <th scope="col">Claims</th>
          </tr>
        </thead>
        <tbody>
          ${suts}
        </tbody>
      </table>
    </div>
    <dl class="facts">
      ${fact('Profile', html`${started.profile}<span class="quiet"> ${started.profileSelected ? 'selected by the operator' : 'taken by default'}</span>`)}
      ${fact('Seed', html`<span class="mono">${String(started.seed)}</span>`)}
      ${fact('Started', html`<time datetime="${started.time}">${started.time.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>`)}
      ${fact('Duration', durationText(run.duration))}
      ${fact('Ending', run.ending === 'cut off' ? 'cut off: the record ends before the run did' : run.ending)}
      ${fact('Tool', `${started.tool.name} ${started.tool.version}`)} ${fact('Runtime', started.runtime)}
      ${fact('Run', html`<span class="mono">${started.run}</span>`)}
      ${fact('Tool digest', html`<span class="mono">${started.tool.digest}</span>`, true)}
      ${fact('Configuration digest', html`<span class="mono">${started.configuration}</span>`, true)}
    </dl>
  </section>`
}

/** The decision rule and the limits of the statement. */
export function reading({ started }: RunRecord): Html {
  const selected = started?.profileSelected ?? false
  return html`<div class="reading">
    <section aria-labelledby="rule">
      <h2 id="rule">How a verdict is reached</h2>
      <p>
        A case <b>passes</b> only when all that its requirement asks of the system under test was seen on the wire. It
        <b>fails</b> when what was seen breaks a 3GPP document or an
        RFC${selected ? ', or the profile the operator selected for this run' : ''}.
      </p>
      <p>
        ${selected ? 'The operator selected the profile of this run, so that its bindings bind.' : 'What breaks only a default binding of this tool is inconclusive, since no published text was broken and the operator did not select a profile.'}
        <b>Inconclusive</b>, <b>error</b> (a fault of the tool, never of the system under test) and <b>none</b> are
        never counted as passes. A verdict can only get worse while a case runs. What goes before and after a case is
        judged apart.
      </p>
    </section>
    <section aria-labelledby="scope">
      <h2 id="scope">What this report does not say</h2>
      <p>
        It speaks of the cases, roles, addresses and time listed here and of nothing else. A step marked
        <i>not observable from here</i> was neither passed nor failed. A pass shows that no fault was found by these
        cases, not that there is none.
      </p>
      <p>It is a record of tests, not a certificate issued by 3GPP, ETSI or any certification body.</p>
    </section>
  </div>`
}
