// Everything that comes from outside enters the page here, as text nodes and attribute values, never as markup.

/** Control, format and lone surrogate characters as escapes, so that nothing hides or reorders text. */
export const visible = (text) =>
  String(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0)
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })

const fill = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else node.setAttribute(name, value === true ? '' : String(value))
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue
    node.append(child instanceof Node ? child : visible(child))
  }
  return node
}

export const element = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children)

const svgSpace = 'http://www.w3.org/2000/svg'

export const drawn = (name, attributes = {}, ...children) =>
  fill(document.createElementNS(svgSpace, name), attributes, children)

/** Shape and word of a verdict. The names are checked, since they become class names. */
export const verdictName = (verdict) => {
  const known = ['pass', 'fail', 'inconclusive', 'error', 'none'].includes(verdict) ? verdict : 'none'
  return element(
    'span',
    { class: `verdict ${known}` },
    drawn('svg', { class: `mark ${known}`, 'aria-hidden': 'true' }, drawn('use', { href: `#mark-${known}` })),
    ` ${known}`,
  )
}

export const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f')

export const seconds = (milliseconds) => `+${(milliseconds / 1000).toFixed(3)} s`

/** A line to copy and the button that does it. */
export const copied = (text) => {
  const button = element('button', { type: 'button', class: 'plain copy' }, 'Copy')
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text)
      button.textContent = 'Copied'
    } catch {
      const range = document.createRange()
      range.selectNodeContents(button.previousElementSibling)
      getSelection().removeAllRanges()
      getSelection().addRange(range)
      button.textContent = 'Selected'
    }
    setTimeout(() => (button.textContent = 'Copy'), 1500)
  })
  return element('span', { class: 'replay' }, element('code', {}, text), button)
}
