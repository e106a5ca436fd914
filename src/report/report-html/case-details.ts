import { gzipSync } from 'node:zlib'
import type { MessageEvent } from '#verdict'
import type { CaseRecord, RunRecord } from '../run-record.ts'

/** Octets of a message the page holds; the rest is in the record. */
const messageOctets = 32 * 1024
/** Octets of all messages the page holds; beyond, the octets of cases that passed are left out. */
const pageOctets = 48 * 1024 * 1024
/** Characters of JSON in one compressed chunk, small enough that opening a case takes no time. */
const chunkCharacters = 1024 * 1024

const cutMessage = (message: MessageEvent, octets: number): MessageEvent => ({
  ...message,
  octets: message.octets.slice(0, Math.ceil(octets / 3) * 4),
})

export interface CaseDetails {
  /** Chunk and position of each case. */
  readonly places: ReadonlyMap<string, readonly [number, number]>
  /** Each gzip of a JSON array of cases, as base64. */
  readonly chunks: readonly string[]
}

/** What the page shows of a case when it is opened, compressed in chunks that are read one at a time. */
export function caseDetails(run: RunRecord): CaseDetails {
  const places = new Map<string, readonly [number, number]>()
  const chunks: string[] = []
  let held: string[] = []
  let characters = 0
  let octets = 0
  const flush = (): void => {
    if (held.length === 0) return
    chunks.push(gzipSync(`[${held.join(',')}]`, { level: 6 }).toString('base64'))
    held = []
    characters = 0
  }
  for (const of of run.cases) {
    const allowed = of.verdict === 'pass' && octets > pageOctets ? 0 : messageOctets
    const shown: CaseRecord = { ...of, messages: of.messages.map((message) => cutMessage(message, allowed)) }
    octets += shown.messages.reduce((all, message) => all + message.octets.length, 0)
    places.set(of.description.id, [chunks.length, held.length])
    const text = JSON.stringify(shown)
    held.push(text)
    characters += text.length
    if (characters > chunkCharacters) flush()
  }
  flush()
  return { places, chunks }
}
