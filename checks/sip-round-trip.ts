import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { judgeMessage, readMessage, rewriteMessage } from '#wire/sip'
import { conformantMessage, mutated, numbersFrom } from '../src/wire/sip/sip-messages.testing.ts'
import { processorTime, timesOf } from './processor-time.ts'
import { root } from './source-files.ts'

// `node checks/sip-round-trip.ts [generated] [mutated] [seed]`: messages out of the grammar are conformant and written
// unchanged octet for octet; mutated ones are read and judged, all values and spans of them, without an exception and
// without a stall. In full: 1000000 10000000.

const [generated = 10_000, mutations = 10 * generated, seed = 1] = process.argv.slice(2).map(Number)
if (![generated, mutations, seed].every((number) => Number.isSafeInteger(number) && number >= 0)) {
  console.error('expected whole numbers: sip-round-trip.ts [generated] [mutated] [seed]')
  process.exit(2)
}
/** Milliseconds of processor time that one message may take. */
const stall = 50
const kept: Uint8Array[] = globSync('fixtures/vectors/{rfc4475,rfc5118,sip-speed}/**/*.dat', { cwd: root }).map(
  (file) => readFileSync(join(root, file)),
)
const failures: string[] = []
let slowest = 0

/** Reads all there is to a message; its octets stand in the failure, so that it can be read again. */
function readAll(octets: Uint8Array, what: string): ReturnType<typeof readMessage> | undefined {
  const since = processorTime()
  try {
    const message = readMessage(octets)
    let parts = message.diagnostics.length + message.body.length
    for (const field of message.headers) parts += field.values.length + field.valueSpan.end
    if (Number.isNaN(parts)) failures.push(`${what}: no number`)
    if (Buffer.compare(rewriteMessage(message), octets) !== 0)
      failures.push(`${what}: not the same octets: ${shown(octets)}`)
    return message
  } catch (problem) {
    failures.push(`${what}: ${String(problem)}: ${shown(octets)}`)
    return undefined
  } finally {
    const took = processorTime() - since
    slowest = Math.max(slowest, took)
    if (took > stall) judgeStall(octets, what, took)
  }
}

/** What the message costs comes again each time. */
function judgeStall(octets: Uint8Array, what: string, first: number): void {
  const again = timesOf(() => {
    const message = readMessage(octets)
    for (const field of message.headers) void field.values
    void message.diagnostics
  })
  if (Math.min(...again) > stall) failures.push(`${what}: ${first.toFixed(1)} ms, and again: ${shown(octets)}`)
  else
    console.log(
      `${what}: ${first.toFixed(1)} ms once, then ${again.map((one) => one.toFixed(2)).join(', ')} ms: a pause`,
    )
}
const shown = (octets: Uint8Array): string => Buffer.from(octets).toString('base64')
const rate = (count: number, since: number): string => `${Math.round(count / ((performance.now() - since) / 1000))}/s`

let since = performance.now()
const batch = 1000
for (let done = 0; done < generated && failures.length < 20; done += batch) {
  const octets = fc.sample(conformantMessage, { numRuns: Math.min(batch, generated - done), seed: seed + done })
  for (const one of octets) {
    const message = readAll(one, `generated with seed ${seed + done}`)
    const broken = message && judgeMessage(message).rules[0]
    if (broken !== undefined) failures.push(`${broken.rule}@${broken.offset}: ${shown(one)}`)
  }
  if (kept.length < 4000) kept.push(...octets)
}
console.log(
  `${generated} generated: conformant and the same octets; slowest ${slowest.toFixed(1)} ms; ${rate(generated, since)}`,
)

since = performance.now()
slowest = 0
const next = numbersFrom(seed)
for (let done = 0; done < mutations && failures.length < 20; done += 1) {
  readAll(mutated(kept[next() % kept.length] ?? new Uint8Array(), next), `mutation ${done} of seed ${seed}`)
}
console.log(
  `${mutations} mutated: no exception, the same octets; slowest ${slowest.toFixed(1)} ms; ${rate(mutations, since)}`,
)
for (const failure of failures) console.error(failure)
console.log(failures.length === 0 ? 'all hold' : `${failures.length} do not hold`)
process.exitCode = failures.length === 0 ? 0 : 1
