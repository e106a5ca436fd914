import { createSocket } from 'node:dgram'

// A SIP element that answers 200 to everything it can read the Call-ID of, until a Contact of more than 200 octets ends it, and fetches what Alert-Info names: `node fragile-element.testing.ts <address> <port>`. With `deaf` it waits for the rest of a body that is longer than its datagram, and hears nothing else from that port.

const [address = '127.0.0.1', port = '0', how = ''] = process.argv.slice(2)
const deaf = new Set<number>()
const socket = createSocket('udp4')
socket.on('message', (octets, remote) => {
  const lines = octets.toString('latin1').split('\r\n')
  const named = (pattern: RegExp): readonly string[] => lines.filter((line) => pattern.test(line))
  const [, length = '0'] = /^Content-Length: *(\d+)/i.exec(named(/^Content-Length:/i)[0] ?? '') ?? []
  if (how === 'deaf' && Number(length) > octets.length) deaf.add(remote.port)
  if (deaf.has(remote.port)) return
  const [contact = ''] = named(/^Contact:/i)
  if (contact.length > 200) throw new Error('Error: the buffer is full')
  if (named(/^(?:Call-ID|i)\s*:/i).length === 0 || (lines[0] ?? '').startsWith('ACK')) return
  const [, page] = /^Alert-Info: *<([^>]*)>/i.exec(named(/^Alert-Info:/i)[0] ?? '') ?? []
  if (page !== undefined) fetch(page).catch(() => undefined)
  const [to = ''] = named(/^(?:To|t)\s*:/i)
  const echoed = [...named(/^(?:Via|v)\s*:/i), ...named(/^(?:From|f|Call-ID|i|CSeq)\s*:/i)]
  const answer = ['SIP/2.0 200 OK', ...echoed, `${to};tag=1`, 'Content-Length: 0', '', '']
  socket.send(answer.join('\r\n'), remote.port, remote.address)
})
socket.bind(Number(port), address)
process.stdin.resume().on('end', () => process.exit(0))
