import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Command } from 'commander'
import pc from 'picocolors'
import { explanationJson, explanationOf, hasErrors, readConversation, summaryOf } from '#conversation'
import { UsageError } from '#harness'
import { readCapture, type CaptureFault } from '#wire/capture'
import { acting } from './acting.ts'
import { wholeNumber } from './options.ts'

interface ExplainOptions {
  readonly json?: boolean
  readonly width?: number
}

export function addExplain(mcx: Command): void {
  mcx
    .command('explain')
    .description('read a capture of real systems, judge every message and tell the conversation')
    .argument('<capture>', 'a pcapng or pcap file')
    .option('--json', 'the conversation as a value for programs')
    .option('--width <columns>', 'columns of the text; those of the terminal when left out', wholeNumber)
    .action(acting(explainCommand))
}

/** Octets of a capture that are read; more would not fit into memory on every machine. */
const largestCapture = 512 * 1024 * 1024

function explainCommand(path: string, { json, width }: ExplainOptions): number {
  const capture = readCapture(fileOctets(path))
  const [fatal] = capture.faults.filter(({ rule }) => rule !== 'link-type')
  if (fatal !== undefined && capture.packets.length === 0) throw new UsageError(`${path}: ${faultText(fatal)}`)
  const conversation = readConversation(capture)
  const columns = Math.min(Math.max(width ?? process.stdout.columns ?? 100, 60), 240)
  const paint = { strong: pc.bold, dim: pc.dim, error: pc.red, warning: pc.yellow }
  if (json) process.stdout.write(`${JSON.stringify(explanationJson(conversation), null, 2)}\n`)
  else for (const line of explanationOf(conversation, { width: columns, paint })) process.stdout.write(`${line}\n`)
  for (const fault of conversation.faults) console.error(`mcx: ${path}: ${faultText(fault)}`)
  if (conversation.faults.some(({ rule }) => rule !== 'link-type')) return 2
  if (conversation.entries.length === 0) {
    console.error(`mcx: ${path}: ${capture.packets.length} packets, none of them SIP, RTCP or floor control`)
    return 3
  }
  return hasErrors(summaryOf(conversation)) ? 1 : 0
}

const faultText = ({ rule, text, offset }: CaptureFault): string =>
  rule === 'limit' ? text : `${text} (octet ${offset})`

function fileOctets(path: string): Buffer {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    throw new UsageError(`${path} cannot be opened; name a pcapng or pcap file`)
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new UsageError(`${path} is no file; name a pcapng or pcap file`)
    if (stat.size > largestCapture)
      throw new UsageError(
        `${path} has ${stat.size} octets, at most ${largestCapture} are read; split it, for example with editcap -c`,
      )
    const octets = Buffer.alloc(stat.size)
    let at = 0
    while (at < octets.length) {
      const read = readSync(file, octets, at, octets.length - at, at)
      if (read === 0) break
      at += read
    }
    return octets.subarray(0, at)
  } finally {
    closeSync(file)
  }
}
