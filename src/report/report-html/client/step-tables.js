import { element, visible } from './elements.js'

const results = {
  same: 'as expected',
  different: 'different',
  missing: 'missing',
  learnt: 'learnt',
  unexpected: 'unexpected',
}

/** Expected against actual by information element, for one step. */
export const fieldTable = (of, step) =>
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

/** The steps as text: the same that the diagram shows. */
export const stepTable = (of) =>
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
