import type { Traffic, TrafficEnd } from '#wire/capture'
import { createFramer, type Framer } from '#wire/sip'
import { endName } from './conversation.ts'

/** Octets of a SIP message and how they came. */
export interface FoundMessage {
  readonly packet: number
  readonly at: number
  readonly source: TrafficEnd
  readonly target: TrafficEnd
  readonly transport: 'udp' | 'tcp'
  readonly octets: Uint8Array
  readonly missing: number
}

/** Finds SIP in traffic by its content, whatever the ports. */
export interface SipFinder {
  /** The messages that these octets complete; `undefined` when they are no SIP. */
  push(traffic: Traffic): readonly FoundMessage[] | undefined
}

const limits = { maxHead: 262_144, maxBody: 4_194_304 }
const longestStartLine = 2048
const requestLine = /^[A-Z][A-Z0-9._-]{0,30} [^\r\n]{1,2000} SIP\/\d+\.\d+\r?\n/i
const statusLine = /^SIP\/\d+\.\d+ +\d{3}[^\r\n]{0,2000}\r?\n/i

/** Whether octets begin as a SIP message does, after the empty lines that RFC 3261 7.5 allows. */
function beginsLikeSip(octets: Uint8Array): boolean {
  let at = 0
  while (octets[at] === 13 || octets[at] === 10) at += 1
  const begin = Buffer.from(octets.buffer, octets.byteOffset + at, Math.min(longestStartLine, octets.length - at))
  const text = begin.toString('latin1')
  return requestLine.test(text) || statusLine.test(text)
}

/** An empty line or four octets of zeros keep a binding alive and say nothing (RFC 5626 3.5.1). */
export const isKeepAlive = (octets: Uint8Array): boolean =>
  octets.length <= 4 && octets.every((octet) => octet === 13 || octet === 10 || octet === 0)

export function createSipFinder(): SipFinder {
  const spoken = new Set<string>()
  const framers = new Map<string, Framer>()

  const ofDatagram = (traffic: Extract<Traffic, { kind: 'datagram' }>): readonly FoundMessage[] | undefined => {
    const ends = [endName(traffic.source), endName(traffic.target)]
    const sip = beginsLikeSip(traffic.octets)
    if (sip) for (const end of ends) spoken.add(end)
    // What comes between two ends that speak SIP and looks like text is a SIP message that went wrong.
    else if (!ends.every((end) => spoken.has(end)) || isKeepAlive(traffic.octets) || !isText(traffic.octets))
      return undefined
    const { packet, at, source, target, octets, missing } = traffic
    return [{ packet, at, source, target, transport: 'udp', octets, missing }]
  }

  const ofStream = (traffic: Extract<Traffic, { kind: 'stream' }>): readonly FoundMessage[] | undefined => {
    const key = `${endName(traffic.source)}>${endName(traffic.target)}`
    let framer = framers.get(key)
    if (framer === undefined) {
      // In the middle of a stream the place of the next message is not known: it is looked for.
      if (!beginsLikeSip(traffic.octets)) return undefined
      framer = createFramer(limits)
      framers.set(key, framer)
    }
    const found: FoundMessage[] = []
    const { packet, at, source, target } = traffic
    for (const framed of framer.push(traffic.octets)) {
      if (framed.kind === 'keep-alive') continue
      if (framed.kind !== 'message') framers.delete(key)
      found.push({ packet, at, source, target, transport: 'tcp', octets: framed.octets, missing: 0 })
    }
    return found
  }

  return {
    push(traffic) {
      switch (traffic.kind) {
        case 'datagram':
          return ofDatagram(traffic)
        case 'stream':
          return ofStream(traffic)
        case 'stream-edge':
        case 'stream-gap':
          framers.delete(`${endName(traffic.source)}>${endName(traffic.target)}`)
          return []
      }
    },
  }
}

function isText(octets: Uint8Array): boolean {
  const begin = octets.subarray(0, 64)
  return begin.length > 0 && begin.every((octet) => octet >= 32 || octet === 9 || octet === 10 || octet === 13)
}
