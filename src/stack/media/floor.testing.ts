import { readFloorControl, type FloorControlMessage } from '#wire/floor-control'
import { readRtcp } from '#wire/rtcp'
import { createManualClock } from '../sip/manual-clock.ts'
import {
  createFloorParticipant,
  createFloorServer,
  floorMessageName,
  type FloorParticipant,
  type FloorParticipantEvent,
  type FloorServerOptions,
  type Participant,
} from './index.ts'

/** The control messages of a datagram. */
export const messagesIn = (octets: Uint8Array): readonly FloorControlMessage[] =>
  readRtcp(octets).packets.flatMap(({ packet }) => {
    const read = packet.kind === 'application' ? readFloorControl(packet) : undefined
    return read === undefined ? [] : [read.message]
  })

/** A call of a server and its participants, by octets, on a clock that is turned by hand. */
export function floorRoom(options: Partial<FloorServerOptions> = {}) {
  const clock = createManualClock()
  const participants = new Map<string, FloorParticipant>()
  /** What the server said, `to message`. */
  const said: string[] = []
  const events = new Map<string, FloorParticipantEvent[]>()
  const deaf = new Set<string>()
  const server = createFloorServer({
    clock,
    ssrc: 0x5e,
    send(id, octets) {
      for (const message of messagesIn(octets)) {
        said.push(`${id} ${floorMessageName(message)}`)
        if (!deaf.has(id)) participants.get(id)?.receive(message)
      }
    },
    ...options,
  })
  return {
    clock,
    server,
    said,
    deaf,
    eventsOf: (id: string) => events.get(id) ?? [],
    /** A user `sip:<id>@mc.example`. */
    add(id: string, more: Partial<Participant> = {}): FloorParticipant {
      const told: FloorParticipantEvent[] = []
      events.set(id, told)
      const participant = createFloorParticipant({
        clock,
        ssrc: 100 + participants.size,
        send: (octets) => {
          for (const message of messagesIn(octets)) server.receive(id, message)
        },
        onEvent: (event) => told.push(event),
      })
      participants.set(id, participant)
      server.join({ id, userId: `sip:${id}@mc.example`, ssrc: 200 + participants.size, ...more })
      return participant
    },
  }
}
