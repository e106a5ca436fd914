import { header, readMessage, type SipMessage } from '#wire/sip'
import { writeBaseline } from './baseline.ts'
import { anyCorrelation } from './correlation.ts'
import type { Engine } from './engine.ts'
import type { Flight } from './flight.ts'
import { readRequest } from './read-request.ts'
import type { Reaction, ReadRequest, Scenario } from './scenario.ts'
import { reactionPrefix } from './take-responses.ts'
import { hostOf, type EntityRole, type FuzzUser, type Places, type Systems } from './world.ts'

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

  function readAt(request: SipMessage, to: EntityRole): ReadRequest | undefined {
    const read = readRequest(request, service, alternative)
    if ('unrecognised' in read) return undefined
    return { message: read.name, ies: read.ies, callId: header(request, 'Call-ID') ?? '', to, request }
  }

  const { answer, react } = scenario
  let turn = 0
  return {
    ...(answer && {
      answer(message, to) {
        const read = readAt(message, to)
        return read === undefined ? undefined : answer(read, own)
      },
    }),
    ...(react && {
      react(message, to) {
        const read = readAt(message, to)
        const reaction = read === undefined ? undefined : react(read, user, own, target)
        if (reaction === undefined) return undefined
        const made = written(reaction, correlation, engine, systems)
        turn += 1
        // What answers another request is a transaction of its own.
        return turn === 1 ? made : renamed(made, `${turn}-`)
      },
    }),
  }
}

function written({ wire, from }: Reaction, correlation: string, engine: Engine, systems: Systems): Sent {
  const { address, port } = engine.places[from]
  const envelope = { sentBy: `${address}:${port}`, host: hostOf(from, systems) }
  const text = writeBaseline(wire, envelope)
    .toString('latin1')
    .replaceAll(anyCorrelation, correlation)
    .replace('Call-ID: ', `Call-ID: ${reactionPrefix}`)
  return { octets: Buffer.from(text, 'latin1'), from }
}

interface Sent {
  readonly octets: Uint8Array
  readonly from: EntityRole
}

/** The same as another transaction. */
function renamed({ octets, from }: Sent, mark: string): Sent {
  const text = Buffer.from(octets).toString('latin1').replace('branch=z9hG4bK', `branch=z9hG4bK${mark}`)
  return {
    octets: Buffer.from(text.replace(`Call-ID: ${reactionPrefix}`, `Call-ID: ${reactionPrefix}${mark}`), 'latin1'),
    from,
  }
}

/** The same though nothing came that it could answer: a transaction of its own, and not the one that the flow will have. */
export function unaskedReaction(
  scenario: Scenario,
  user: FuzzUser,
  correlation: string,
  engine: Engine,
  own: Places,
  target: string,
): Sent | undefined {
  const [leg] = scenario.legs
  if (leg === undefined) return undefined
  const ies = { mcServiceId: user.mcServiceId, temporaryId: user.temporaryId }
  const asked: ReadRequest = {
    message: leg.message,
    ies,
    callId: `${correlation}@unasked.example`,
    to: leg.to,
    request: readMessage(Buffer.alloc(0)),
  }
  const reaction = scenario.react?.(asked, user, own, target)
  if (reaction === undefined) return undefined
  const { octets, from } = renamed(written(reaction, correlation, engine, scenario.systems), 'unasked-')
  const text = Buffer.from(octets).toString('latin1')
  return { octets: Buffer.from(text.replace(`Call-ID: ${reactionPrefix}`, 'Call-ID: '), 'latin1'), from }
}
