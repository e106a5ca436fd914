import type { Address } from '#transport'
import { byCorrelation } from './by-correlation.ts'
import { anyCorrelation, correlationLength } from './correlation.ts'
import type { Flying } from './flight.ts'
import type { EntityRole } from './world.ts'

/** A valid request to the entity under test, encoded once. */
export interface Fence {
  readonly octets: Buffer
  /** Where its identifier stands. */
  readonly correlations: readonly number[]
}

/** A valid OPTIONS (RFC 3261 11), which every element answers at once. */
export function optionsFence({ address, port }: Address, target: string): Fence {
  const octets = Buffer.from(
    [
      `OPTIONS ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:${port};rport;branch=z9hG4bK${anyCorrelation}`,
      'Max-Forwards: 70',
      `From: <sip:fence@${address}>;tag=${anyCorrelation}`,
      `To: <${target}>`,
      `Call-ID: ${anyCorrelation}@fence.example`,
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  )
  const correlations: number[] = []
  for (let at = octets.indexOf(anyCorrelation); at !== -1; at = octets.indexOf(anyCorrelation, at + correlationLength))
    correlations.push(at)
  return { octets, correlations }
}

/** Fences that wait for their answer, each behind all that left for one place in a turn of the event loop. */
export interface Fences {
  /** It has left: a fence follows it. */
  behind(flying: Flying, fence: Fence): void
  /** Those that the fence of that identifier stood behind, once; `undefined` when there is none. */
  answered(name: string): readonly Flying[] | undefined
  /** Gives up those behind what left before then: they were lost. */
  forget(before: number): void
}

export interface FenceOptions {
  readonly correlation: () => string
  readonly transmit: (from: EntityRole, octets: Uint8Array, target: Address) => void
}

/** Executions that share a fence. */
const mostBehind = 32

export function createFences({ correlation, transmit }: FenceOptions): Fences {
  const waiting = byCorrelation<{ readonly name: string; readonly group: readonly Flying[]; readonly since: number }>()
  let open = new Map<Fence, Flying[]>()

  function leave(fence: Fence, group: readonly Flying[]): void {
    const [first] = group
    if (first === undefined) return
    const name = correlation()
    const octets = Buffer.from(fence.octets)
    for (const at of fence.correlations) octets.write(name, at, 'latin1')
    waiting.set(name, { name, group, since: first.since })
    transmit(first.from, octets, first.target)
  }

  return {
    behind(flying, fence) {
      if (open.size === 0)
        queueMicrotask(() => {
          const groups = open
          open = new Map()
          for (const [each, group] of groups) leave(each, group)
        })
      const group = open.get(fence)
      if (group === undefined) open.set(fence, [flying])
      else if (group.push(flying) === mostBehind) {
        open.set(fence, [])
        leave(fence, group)
      }
    },
    answered(name) {
      const found = waiting.get(name)
      waiting.delete(name)
      return found?.group
    },
    forget(before) {
      for (const { name, since } of waiting.values()) if (since <= before) waiting.delete(name)
    },
  }
}
