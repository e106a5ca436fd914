import { decodeRequest, rel18, valuesOf } from '#bindings'
import { header, type SipMessage } from '#wire/sip'
import { writeBaseline } from './baseline.ts'
import { anyCorrelation } from './correlation.ts'
import { reactionPrefix, type Engine, type Flight } from './engine.ts'
import type { ReadRequest, Scenario } from './scenario.ts'
import { hostOf, type EntityRole, type FuzzUser, type Places } from './world.ts'

/** How the fuzzer, in the roles around, goes on with the flow: what it answers, and what it sends because of that. */
export function reactionsOf(
  scenario: Scenario,
  user: FuzzUser,
  correlation: string,
  engine: Engine,
  own: Places,
  target: string,
): Pick<Flight, 'react' | 'answer'> {
  const { service, alternative, systems } = scenario
  const values = valuesOf(rel18, service, {})

  function readAt(request: SipMessage, to: EntityRole): ReadRequest | undefined {
    const read = decodeRequest(rel18, service, alternative, request, values)
    if ('unrecognised' in read) return undefined
    return { message: read.name, ies: read.ies, callId: header(request, 'Call-ID') ?? '', to, request }
  }

  return {
    answer(message, to) {
      const read = scenario.answer === undefined ? undefined : readAt(message, to)
      return read === undefined ? undefined : scenario.answer?.(read, own)
    },
    react(message, to) {
      const read = scenario.react === undefined ? undefined : readAt(message, to)
      const reaction = read === undefined ? undefined : scenario.react?.(read, user, own, target)
      if (reaction === undefined) return undefined
      const { address, port } = engine.places[reaction.from]
      const envelope = { sentBy: `${address}:${port}`, host: hostOf(reaction.from, systems) }
      const text = writeBaseline(reaction.wire, envelope)
        .toString('latin1')
        .replaceAll(anyCorrelation, correlation)
        .replace('Call-ID: ', `Call-ID: ${reactionPrefix}`)
      return { octets: Buffer.from(text, 'latin1'), from: reaction.from }
    },
  }
}
