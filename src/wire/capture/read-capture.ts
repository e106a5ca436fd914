import { type Capture, captureLimits, type CaptureFault, type CaptureLimits } from './capture.ts'
import { isPcap, readPcap } from './read-pcap.ts'
import { isPcapng, readPcapng } from './read-pcapng.ts'

/**
 * Reads a capture file, pcapng or pcap, in either order of octets. Never throws: what is not as the format says ends the
 * reading and is a fault; the packets before it are kept. Packets share the memory of `octets`.
 */
export function readCapture(octets: Uint8Array, limits: CaptureLimits = captureLimits): Capture {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  if (octets.length === 0) return refused('empty', 'the file is empty')
  if (isPcapng(view)) return readPcapng(octets, view, limits)
  if (isPcap(view)) return readPcap(octets, view, limits)
  if (octets[0] === 0x1f && octets[1] === 0x8b)
    return refused('not-a-capture', 'the file is compressed; unpack it first')
  const begin = Buffer.from(octets.subarray(0, 4)).toString('hex')
  return refused('not-a-capture', `neither pcapng nor pcap: the file begins with ${begin}`)
}

const refused = (rule: CaptureFault['rule'], text: string): Capture => ({
  format: undefined,
  start: undefined,
  packets: [],
  faults: [{ rule, offset: 0, text }],
})
