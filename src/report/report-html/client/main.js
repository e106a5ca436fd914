import { caseOfRow } from './case-data.js'
import { caseFilter } from './case-filter.js'
import { casePage } from './case-page.js'
import { element } from './elements.js'

const summary = document.getElementById('summary')
const place = document.getElementById('case')
const title = document.title
const visibleRows = caseFilter()
const allRows = [...document.querySelectorAll('table.cases tbody tr')]
let left = 0

const linkTo = (row, name, text) =>
  row && element('a', { href: row.querySelector('a').getAttribute('href'), rel: name }, text)

/** On a narrow screen the diagram begins at the system under test. */
const showTested = (drawing) => {
  const tested = drawing?.querySelector('.tested .title')
  if (!tested) return
  const { left: from, width } = tested.getBoundingClientRect()
  drawing.scrollLeft = from + width / 2 - drawing.getBoundingClientRect().left - drawing.clientWidth / 2
}

/** Shows what the address names: a case, or else the summary and a place in it. */
const show = async () => {
  const { hash } = location
  if (!hash.startsWith('#case=')) {
    const back = summary.hidden
    summary.hidden = false
    place.hidden = true
    place.replaceChildren()
    document.title = title
    if (hash.length > 1) document.getElementById(hash.slice(1))?.scrollIntoView()
    else if (back) scrollTo(0, left)
    return
  }
  if (!summary.hidden) left = scrollY
  summary.hidden = true
  place.hidden = false
  scrollTo(0, 0)
  const row = allRows.find((each) => each.querySelector('a').hash === hash)
  if (!row) {
    place.replaceChildren(
      element('p', { class: 'lead' }, 'There is no such case in this report. '),
      element('a', { href: '#cases' }, 'All cases'),
    )
    return
  }
  const record = await caseOfRow(row)
  if (location.hash !== hash) return
  const near = visibleRows()
  const at = near.indexOf(row)
  place.replaceChildren(
    element(
      'nav',
      { class: 'between', 'aria-label': 'Cases' },
      element('a', { href: '#cases' }, 'All cases'),
      linkTo(near[at - 1], 'prev', 'Previous'),
      linkTo(at === -1 ? undefined : near[at + 1], 'next', 'Next'),
    ),
    casePage(record),
  )
  showTested(place.querySelector('.drawing'))
  document.title = `${record.verdict}: ${record.description.id}`
  place.querySelector('h1').focus({ preventScroll: true })
}

addEventListener('hashchange', () => void show())
void show()

// The theme follows the system until the reader says otherwise; a page opened from a file may have no storage.
const themes = ['system', 'light', 'dark']
const themeButton = document.getElementById('theme')
const setTheme = (theme) => {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  themeButton.textContent = `Theme: ${theme}`
}
const stored = () => {
  try {
    return localStorage.getItem('theme') ?? 'system'
  } catch {
    return 'system'
  }
}
let theme = themes.includes(stored()) ? stored() : 'system'
setTheme(theme)
themeButton.hidden = false
themeButton.addEventListener('click', () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length]
  setTheme(theme)
  try {
    localStorage.setItem('theme', theme)
  } catch {
    // It lasts as long as the page is open.
  }
})

// Printing is not asynchronous, so what is printed in full is read beforehand.
const printedCases = 200
const ready = []
const prepare = async () => {
  for (const row of allRows.filter((each) => each.dataset.verdict !== 'pass').slice(0, printedCases))
    ready.push(await caseOfRow(row))
}
const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 200))
const prepared = new Promise((resolve) => whenIdle(() => resolve(prepare())))
const printed = document.getElementById('printed')

addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details.message, .finding details')) details.open = true
  if (!summary.hidden) printed.replaceChildren(...ready.map(casePage))
})
addEventListener('afterprint', () => printed.replaceChildren())

const printButton = document.getElementById('print')
printButton.hidden = false
printButton.addEventListener('click', () => void prepared.then(() => print()))
