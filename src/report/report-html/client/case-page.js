import { octetsOf } from './case-data.js'
import { copied, drawn, element, grouped, seconds, verdictName, visible } from './elements.js'
import { ladder } from './ladder.js'
import { hexView, textView } from './octets.js'

const basis = {
  seed: 'the 3GPP document that describes the procedure',
  published: 'a published 3GPP specification',
  rfc: 'an RFC',
  'default-binding': 'a default binding of this tool, not a published text',
}

const fact = (name, ...value) => element('div', {}, element('dt', {}, name), element('dd', {}, ...value))

const wide = (node) => {
  node.className = 'wide'
  return node
}

const duration = (milliseconds) =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`

const messageLine = (message) =>
  `#${message.seq} ${seconds(message.at)} ${message.direction} ${visible(message.summary)}`

const findingArticle = (finding, messages, show) =>
  element(
    'article',
    {
      class: `finding ${finding.verdict === 'fail' ? 'fail' : finding.verdict === 'error' ? 'error' : 'inconclusive'}`,
    },
    element('h3', {}, finding.requirement),
    element(
      'p',
      { class: 'where' },
      verdictName(finding.verdict),
      ' ',
      element('span', {}, finding.clause),
      ' ',
      element('span', {}, finding.clause.endsWith(`step ${finding.step}`) ? '' : `step ${finding.step}`),
      ' ',
      element('span', {}, finding.role),
      ' ',
      element('span', {}, finding.phase),
    ),
    element(
      'dl',
      { class: 'anatomy' },
      fact('Basis', finding.basis, ' ', element('span', { class: 'quiet' }, basis[finding.basis] ?? '')),
      finding.field !== undefined && fact('Field', element('span', { class: 'mono' }, finding.field)),
      fact(
        'Expected',
        finding.expected.map((text, index) =>
          element('span', { class: 'choice' }, index > 0 && element('span', { class: 'quiet' }, 'or '), text),
        ),
      ),
      (() => {
        const actual = fact('Actual', finding.actual)
        actual.className = 'actual'
        return actual
      })(),
      finding.messages.length > 0 &&
        fact(
          'Messages',
          element(
            'ol',
            { class: 'last' },
            messages
              .filter((message) => finding.messages.includes(message.seq))
              .slice(-6)
              .map((message) =>
                element(
                  'li',
                  {},
                  element(
                    'button',
                    { type: 'button', class: 'link', onclick: () => show(message.seq) },
                    messageLine(message),
                  ),
                ),
              ),
          ),
        ),
      fact('Replay', copied(finding.replay)),
    ),
  )

const results = {
  same: 'as expected',
  different: 'different',
  missing: 'missing',
  learnt: 'learnt',
  unexpected: 'unexpected',
}

const fieldTable = (of, step) =>
  element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      { class: 'fields' },
      element(
        'caption',
        {},
        `Step ${step.step}`,
        of.ladder.filter((each) => each.step === step.step).map((each) => `, ${visible(each.label)}`),
      ),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ['Field', 'Expected', 'Actual', 'Result'].map((name) => element('th', { scope: 'col' }, name)),
        ),
      ),
      element(
        'tbody',
        {},
        step.fields.map((field) =>
          element(
            'tr',
            { class: Object.hasOwn(results, field.result) ? field.result : '' },
            element('th', { scope: 'row' }, field.field),
            element('td', { class: 'mono' }, field.expected),
            element('td', { class: 'mono' }, field.actual),
            element('td', { class: 'result' }, results[field.result] ?? field.result),
          ),
        ),
      ),
    ),
  )

const outcomes = {
  done: 'done',
  diverged: 'not as required',
  missing: 'missing',
  refused: 'refused',
  'not-reached': 'not reached',
  'not-observable': 'not observable from here',
}

const stepTable = (of) =>
  element(
    'details',
    { class: 'steps' },
    element('summary', {}, 'Steps as a table'),
    element(
      'div',
      { class: 'scroll' },
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            ['Step', 'From', 'To', 'What', 'Outcome', ''].map((name) => element('th', { scope: 'col' }, name)),
          ),
        ),
        element(
          'tbody',
          {},
          of.ladder.map((step) => {
            const outcome = of.steps.findLast((each) => each.step === step.step)
            return element(
              'tr',
              { class: outcome && Object.hasOwn(outcomes, outcome.outcome) ? outcome.outcome : '' },
              element('th', { scope: 'row' }, step.step),
              element('td', {}, of.actors[step.from] ?? step.from),
              element('td', {}, step.from === step.to ? '' : (of.actors[step.to] ?? step.to)),
              element('td', {}, step.label, step.altered ? ` (${visible(step.altered)})` : ''),
              element(
                'td',
                { class: 'result' },
                outcome ? (outcomes[outcome.outcome] ?? outcome.outcome) : 'nothing recorded',
              ),
              element('td', {}, outcome?.text),
            )
          }),
        ),
      ),
    ),
  )

const messageBlock = (message, span, open) => {
  const octets = octetsOf(message.octets)
  const { local, remote } = message
  const place = element('div', {})
  const views = { Text: textView, Hex: hexView }
  const buttons = Object.keys(views).map((name) =>
    element('button', { type: 'button', class: 'plain', onclick: () => choose(name) }, name),
  )
  const choose = (name) => {
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.textContent === name))
    place.replaceChildren(views[name](octets, span))
  }
  const details = element(
    'details',
    { class: `message ${message.direction === 'sent' ? 'sent' : 'received'}`, id: `message-${message.seq}` },
    element(
      'summary',
      {},
      element('span', { class: 'number' }, `#${message.seq}`),
      element('span', { class: 'direction' }, message.direction === 'sent' ? 'sent' : 'received'),
      element('b', {}, message.summary),
      element(
        'span',
        { class: 'quiet' },
        `${seconds(message.at)}  ${message.role} ${message.direction === 'sent' ? 'to' : 'from'} ${message.peer}${message.step === undefined ? '' : `, step ${visible(message.step)}`}${message.retransmission ? ', retransmission' : ''}`,
      ),
    ),
    element(
      'p',
      { class: 'ends' },
      element(
        'span',
        { class: 'mono' },
        `${message.transport} ${local.address}:${local.port} ${message.direction === 'sent' ? '→' : '←'} ${remote.address}:${remote.port}`,
      ),
      element('span', { class: 'quiet' }, `${message.phase}, ${grouped(message.length)} octets`),
      element('span', { class: 'views', role: 'group', 'aria-label': 'View' }, buttons),
    ),
    span && element('p', { class: 'quiet' }, `Marked: octets ${span.start} to ${span.end - 1}.`),
    octets.length < message.length &&
      element(
        'p',
        { class: 'cut' },
        octets.length === 0
          ? 'The octets of this message are in the record only.'
          : `The first ${grouped(octets.length)} of ${grouped(message.length)} octets.`,
      ),
    place,
  )
  // The octets are laid out when they are first looked at.
  details.addEventListener('toggle', () => details.open && place.childElementCount === 0 && choose('Text'))
  if (open) {
    details.open = true
    choose('Text')
  }
  return details
}

/** Where the findings of a case point, by message: the last of a finding's messages carries its span. */
const spansOf = (of) =>
  new Map(
    of.findings.flatMap((finding) =>
      finding.span && finding.messages.length > 0 ? [[finding.messages.at(-1), finding.span]] : [],
    ),
  )

/** All of a case: purpose, phases, findings, diagram, fields, messages, notes. */
export const casePage = (record) => {
  const of = { ...record.description, ...record }
  const spans = spansOf(of)
  const wanted = new Set(of.findings.flatMap((finding) => finding.messages.slice(-3)))
  const blocks = new Map(
    of.messages.map((message) => [message.seq, messageBlock(message, spans.get(message.seq), wanted.has(message.seq))]),
  )
  const show = (seq) => {
    const block = blocks.get(seq)
    if (!block) return
    block.open = true
    block.scrollIntoView({
      block: 'start',
      behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
    })
    block.querySelector('summary').focus({ preventScroll: true })
  }
  const compared = of.steps.filter((step) => step.fields?.length > 0)
  const declared = of.expectedFailure
  return element(
    'article',
    { class: 'case' },
    element('p', { class: 'eyebrow' }, `${of.flow}, ${of.clause}`),
    element('h1', { tabindex: '-1' }, of.title),
    element('p', { class: 'mono id' }, of.id),
    element('p', { class: 'lead' }, of.purpose),
    element(
      'p',
      { class: 'phases' },
      ['preamble', 'body', 'postamble'].map((phase) =>
        element(
          'span',
          { class: phase },
          element('span', { class: 'quiet' }, phase),
          ' ',
          verdictName(of.phases[phase]),
        ),
      ),
      element('span', { class: 'overall' }, element('span', { class: 'quiet' }, 'case'), ' ', verdictName(of.verdict)),
    ),
    of.remark && element('p', { class: 'declared' }, `No verdict of its own: ${visible(of.remark)}.`),
    declared &&
      element(
        'p',
        { class: 'declared' },
        `Declared failure, ${visible(declared.state)}: ${visible(declared.message)}. ${visible(declared.reason)} (${visible(declared.owner)}, until ${visible(declared.expires)}).`,
      ),
    of.findings.length > 0 && [
      element('h2', {}, of.findings.length === 1 ? 'Finding' : 'Findings'),
      of.findings.map((finding) => findingArticle(finding, of.messages, show)),
    ],
    of.ladder.length > 0 && [
      element('h2', {}, 'Sequence'),
      element(
        'div',
        { class: 'scroll drawing', tabindex: '0', role: 'region', 'aria-label': 'Sequence diagram' },
        ladder(of, show),
      ),
      element(
        'p',
        { class: 'legend quiet' },
        [
          ['done', 'as required'],
          ['diverged', 'not as required'],
          ['missing', 'missing'],
          ['not-observable', 'not seen from here'],
          ['not-reached', 'not reached'],
        ].map(([kind, text]) =>
          element(
            'span',
            {},
            drawn(
              'svg',
              { class: 'ladder key', width: 40, height: 12, 'aria-hidden': 'true' },
              drawn(
                'g',
                { class: `step ${kind}` },
                drawn('line', { class: 'shaft', x1: 0, y1: 6, x2: 40, y2: 6 }),
                (kind === 'diverged' || kind === 'missing') &&
                  drawn('path', { class: 'cross', d: 'M15 1 l10 10 m0 -10 l-10 10' }),
              ),
            ),
            ` ${text}`,
          ),
        ),
      ),
      stepTable(of),
    ],
    compared.length > 0 && [element('h2', {}, 'Expected against actual'), compared.map((step) => fieldTable(of, step))],
    element('h2', {}, 'Messages'),
    of.messages.length === 0 ? element('p', {}, 'None were exchanged.') : [...blocks.values()],
    element('h2', {}, 'Particulars'),
    element(
      'dl',
      { class: 'facts' },
      fact(
        'Role under test',
        of.role
          .split('+')
          .map((role) => of.actors[role] ?? role)
          .join(', '),
      ),
      fact('System under test', of.sut),
      fact('Variant', of.variant),
      fact('Variation', of.variation),
      fact('Service', of.service),
      fact('Transport', of.transport),
      fact('Profile, binding', `${of.profile}, ${of.binding}`),
      of.duration !== undefined && fact('Duration', duration(of.duration)),
      of.sentDigest !== undefined &&
        wide(fact('Digest of what was sent', element('span', { class: 'mono' }, of.sentDigest))),
    ),
    of.notes.length > 0 && [
      element('h2', {}, 'Notes'),
      element(
        'ul',
        { class: 'notes' },
        of.notes.map((note) => element('li', {}, note)),
      ),
    ],
  )
}
