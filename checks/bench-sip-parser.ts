import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { header, headerValue, readMessage } from '#wire/sip'
import { mutated, numbersFrom } from '../src/wire/sip/sip-messages.testing.ts'

// One parser of bench-sip.ts in a process of its own: `bench-sip-parser.ts PARSER FOLDER`, then for every line
// "FILE COUNT" on standard input one with microseconds of processor time and octets of heap a message.

const [parser = '', modules = ''] = process.argv.slice(2)
const load = createRequire(modules)

/** Kept, so that nothing read is thought useless and left out. */
let kept = 0

/** All of a value that can be asked for: every string, every parameter. */
function readOut(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 1
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + readOut(one), 0)
  const record = value as Record<string, unknown>
  let sum = 0
  for (const name of partsOf(value)) sum += readOut(record[name])
  return sum
}

const known = new Map<object, readonly string[]>()
function partsOf(value: object): readonly string[] {
  const prototype = Object.getPrototypeOf(value) as object
  if (prototype === Object.prototype) return Object.keys(value)
  let parts = known.get(prototype)
  if (parts === undefined) {
    const getters = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(
      ([, one]) => one.get !== undefined,
    )
    // The URI taken apart comes on top; what readings are made of is no part of the value.
    parts = getters.map(([name]) => name).filter((name) => name !== 'address')
    known.set(prototype, parts)
  }
  return parts
}

// Every header field read by its grammar into its typed values, spans known, every rule judged.
function readTyped(octets: Uint8Array): void {
  const message = readMessage(octets)
  for (const field of message.headers) kept += field.values.length
  kept += message.diagnostics.length
}

const parsers: Record<string, () => (octets: Buffer) => void> = {
  typed: () => readTyped,
  // The same in a process that has met spoilt messages before, as one that tests peers has.
  hardened: () => {
    const met = new Set<Buffer>()
    const next = numbersFrom(1)
    return (octets) => {
      if (!met.has(octets)) for (let left = 20_000; left > 0; left -= 1) readTyped(mutated(octets, next))
      met.add(octets)
      readTyped(octets)
    }
  },
  'read out': () => (octets) => {
    const message = readMessage(octets)
    for (const field of message.headers) kept += field.name.length + readOut(field.values)
    kept += message.diagnostics.length
  },
  routing: () => (octets) => {
    const message = readMessage(octets)
    const via = headerValue(message, 'Via')
    kept += message.startLine.kind.length + (via?.branch?.length ?? 0) + (via?.host.length ?? 0) + (via?.port ?? 0)
    kept += (headerValue(message, 'From')?.tag?.length ?? 0) + (headerValue(message, 'To')?.tag?.length ?? 0)
    kept += (header(message, 'Call-ID')?.length ?? 0) + (headerValue(message, 'CSeq')?.sequence ?? 0)
  },
  sip: () => {
    const { parse } = load('sip') as { parse: (octets: Buffer) => unknown }
    return (octets) => {
      kept += parse(octets) === undefined ? 0 : 1
    }
  },
  jssip: () => {
    const { parseMessage } = load('jssip/lib/Parser') as { parseMessage: (text: string, agent: unknown) => unknown }
    return (octets) => {
      kept += parseMessage(octets.toString('utf8'), {}) === undefined ? 0 : 1
    }
  },
}

const parse = parsers[parser]?.()
if (parse === undefined) throw new Error(`no parser is called ${parser}; parsers: ${Object.keys(parsers).join(', ')}`)
const spent = (): number => {
  // Of the collector's threads too.
  const { user, system } = process.cpuUsage()
  return user + system
}
const files = new Map<string, Buffer>()
for await (const line of createInterface({ input: process.stdin })) {
  const [file = '', times = '0'] = line.split(' ')
  const octets = files.get(file) ?? readFileSync(file)
  files.set(file, octets)
  const count = Number(times)
  // So few that no collection comes in between.
  const few = 100
  const heap = process.memoryUsage().heapUsed
  for (let left = few; left > 0; left -= 1) parse(octets)
  const allocated = Math.max(0, (process.memoryUsage().heapUsed - heap) / few)
  const began = spent()
  for (let left = count; left > 0; left -= 1) parse(octets)
  const microseconds = (spent() - began) / count
  console.log(`${microseconds} ${Math.round(allocated)}`)
}
if (kept < 0) console.log(kept)
