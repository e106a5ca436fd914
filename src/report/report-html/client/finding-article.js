import { copied, element, seconds, verdictName, visible } from './elements.js'

const basis = {
  seed: 'the 3GPP document that describes the procedure',
  published: 'a published 3GPP specification',
  rfc: 'an RFC',
  'default-binding': 'a default binding of this tool, not a published text',
}

/** A named fact of a description list. */
export const fact = (name, ...value) => element('div', {}, element('dt', {}, name), element('dd', {}, ...value))

const messageLine = (message) =>
  `#${message.seq} ${seconds(message.at)} ${message.direction} ${visible(message.summary)}`

/** A finding in its anatomy; its messages lead to their octets. */
export const findingArticle = (finding, messages, show) =>
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
