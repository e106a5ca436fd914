import { trafficOf, type Capture, type CaptureFault, type Traffic } from '#wire/capture'
import { readMessage } from '#wire/sip'
import { readBodies } from './bodies.ts'
import { countDialogs, findCalls } from './calls.ts'
import type { Conversation, Entry, Finding, SipEntry } from './conversation.ts'
import { inheritFindings, judgeExchange } from './judge-exchange.ts'
import { judgeFloor } from './judge-floor.ts'
import { judgeCallRequest, judgeOffers } from './judge-offers.ts'
import { judgeMcptt, judgeUse } from './judge-use.ts'
import { announcedEnds, readMediaTraffic } from './media-traffic.ts'
import { findParties, type PartyTable } from './parties.ts'
import { createSipFinder, isKeepAlive, type FoundMessage } from './sip-traffic.ts'
import { linkForwarded, pairTransactions } from './transactions.ts'

/** Messages of each kind that are explained; what follows is counted only. */
const maximalMessages = 100_000
/** What reading SIP may cost, in octets: a line of a message costs as much as 200, since each becomes a field. */
const sipBudget = 256 * 1024 * 1024
const costOfLine = 200

/** A conversation with whose each end is. */
export interface ReadConversation extends Conversation {
  readonly partyOf: PartyTable['of']
}

/**
 * Reads everything that a capture says, and judges it: SIP wherever it is found, the bodies it carries, RTCP and floor
 * control at the ends that it announces. Never throws, whatever was recorded.
 */
export function readConversation(capture: Capture): ReadConversation {
  const finder = createSipFinder()
  const sip: SipEntry[] = []
  const datagrams: Extract<Traffic, { kind: 'datagram' }>[] = []
  let unexplained = 0
  let cost = 0
  let leftFrom: number | undefined
  for (const traffic of trafficOf(capture)) {
    const found = finder.push(traffic)
    if (found === undefined) {
      if (traffic.kind === 'datagram' && !isKeepAlive(traffic.octets)) datagrams.push(traffic)
      else if (traffic.kind === 'stream') unexplained += 1
    } else
      for (const one of found) {
        cost += costOf(one.octets)
        if (sip.length < maximalMessages && cost <= sipBudget) sip.push(sipEntry(one))
        else {
          leftFrom ??= one.packet
          unexplained += 1
        }
      }
  }

  const transactions = pairTransactions(sip)
  linkForwarded(sip)
  for (const entry of sip) {
    judgeUse(entry)
    judgeMcptt(entry)
    judgeCallRequest(entry)
  }
  judgeExchange(sip)
  judgeOffers(sip)
  inheritFindings(sip)

  const media = readMediaTraffic(datagrams, announcedEnds(sip), maximalMessages)
  leftFrom = Math.min(leftFrom ?? Infinity, media.leftFrom ?? Infinity)
  const calls = findCalls(sip)
  judgeFloor(
    media.entries.filter((entry) => entry.kind === 'rtcp'),
    calls,
  )
  const entries: Entry[] = [...sip, ...media.entries].sort((one, other) => one.packet - other.packet)
  for (const { findings } of entries) findings.sort((one, other) => one.offset - other.offset)
  const { parties, of } = findParties(entries)
  return {
    format: capture.format,
    start: capture.start,
    packets: capture.packets.length,
    unexplained: unexplained + media.unexplained,
    entries,
    parties,
    partyOf: of,
    transactions,
    calls,
    dialogs: countDialogs(sip),
    faults: Number.isFinite(leftFrom) ? [...capture.faults, tooMuch(leftFrom)] : capture.faults,
  }
}

function costOf(octets: Uint8Array): number {
  let lines = 0
  for (let at = octets.indexOf(10); at !== -1; at = octets.indexOf(10, at + 1)) lines += 1
  return octets.length + lines * costOfLine
}

const tooMuch = (packet: number): CaptureFault => ({
  rule: 'limit',
  offset: 0,
  text: `too much for one explanation: not all from packet ${packet} on is explained; split the capture`,
})

function sipEntry(found: FoundMessage): SipEntry {
  const { octets, missing, ...passage } = found
  const message = readMessage(octets)
  const findings: Finding[] = []
  const bodies = readBodies(message, findings)
  // Of what the capture cut nothing can be said.
  if (missing === 0) findings.push(...message.diagnostics)
  else findings.length = 0
  return {
    kind: 'sip',
    ...passage,
    message,
    bodies,
    missing,
    findings,
    transaction: undefined,
    repeats: undefined,
    forwards: undefined,
  }
}
