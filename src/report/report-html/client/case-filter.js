import { coveredBy } from './case-data.js'
import { grouped } from './elements.js'

/** Search and filters over the rows of the list of cases. */
export const caseFilter = () => {
  const form = document.querySelector('.filters')
  const rows = [...document.querySelectorAll('table.cases tbody tr')]
  const shown = form.querySelector('.shown')
  const search = form.querySelector('#search')
  const texts = new Map()
  let covered

  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase())
    return texts.get(row)
  }

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
    const verdicts = new Set([...form.querySelectorAll('[name=verdict]:checked')].map((box) => box.value))
    const chosen = [...form.querySelectorAll('select')].filter((select) => select.value !== '')
    let count = 0
    for (const row of rows) {
      const visible =
        (verdicts.size === 0 || verdicts.has(row.dataset.verdict)) &&
        chosen.every((select) => row.dataset[select.name] === select.value) &&
        (!covered || covered.has(row.querySelector('a').textContent)) &&
        words.every((word) => textOf(row).includes(word))
      row.hidden = !visible
      if (visible) count += 1
    }
    const all = count === rows.length
    shown.textContent = all ? `${grouped(rows.length)} cases` : `${grouped(count)} of ${grouped(rows.length)} cases`
    form.classList.toggle('filtered', !all)
  }

  const reset = () => {
    covered = undefined
    form.reset()
  }

  form.addEventListener('input', apply)
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('reset', () => {
    covered = undefined
    setTimeout(apply)
  })
  for (const link of document.querySelectorAll('a[data-verdict]'))
    link.addEventListener('click', () => {
      reset()
      for (const box of form.querySelectorAll('[name=verdict]')) box.checked = box.value === link.dataset.verdict
      apply()
    })
  for (const link of document.querySelectorAll('[data-cover]'))
    link.addEventListener('click', () => {
      void coveredBy(link.dataset.cover).then((ids) => {
        reset()
        covered = ids
        apply()
      })
    })
  addEventListener('keydown', (event) => {
    if (
      event.key !== '/' ||
      event.target.matches('input, select, textarea') ||
      document.getElementById('summary').hidden
    )
      return
    event.preventDefault()
    search.focus()
  })
  apply()
  /** The rows a reader sees now, in order. */
  return () => rows.filter((row) => !row.hidden)
}
