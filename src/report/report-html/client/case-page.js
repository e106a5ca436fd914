import { drawn, element, verdictName, visible } from './elements.js'
import { fact, findingArticle } from './finding-article.js'
import { ladder } from './ladder.js'
import { mediaTimeLine } from './media-time-line.js'
import { messageBlock } from './message-block.js'
import { fieldTable, stepTable } from './step-tables.js'

const wide = (node) => {
  node.className = 'wide'
  return node
}

const duration = (milliseconds) =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`

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
    of.media.length > 0 && [element('h2', {}, 'Media'), of.media.map(mediaTimeLine)],
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
