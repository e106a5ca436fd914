import { octetsOf } from './case-data.js'
import { element, grouped, seconds, visible } from './elements.js'
import { hexView, textView } from './octets.js'

/** A message with its octets as text or in hexadecimal. */
export const messageBlock = (message, span, open) => {
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
