import { createFloorServer, createMediaDistributor, type FloorServer, type FloorState } from '#stack/media'
import { createHash } from 'node:crypto'
import { asCallOf, withFieldBeyondEnd } from './flawed-floor.ts'
import type { Surroundings } from './mc-function.ts'
import type { MediaLeg } from './media-leg.ts'

/** Media and floor of one communication at its controlling function (TS 24.380 6.3). */
export interface CommunicationMedia {
  /** A party takes part by way of this leg, in the place of the one before. */
  attend(user: string, leg: MediaLeg): void
  /** The communication is an emergency one from now on, or is one no longer. */
  setEmergency(emergency: boolean): void
  /** The party takes part no longer. */
  dismiss(user: string): void
  close(): void
}

const sourceOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE()

/** Milliseconds (only ever by a defect). */
const ages = 3_600_000

/** One party after the other is heard by all others. `onInactive`: nobody has had the floor for long (TS 24.380 6.3.4.2.6). */
export function communicationMedia(
  communication: string,
  around: Surroundings,
  onInactive: () => void,
): CommunicationMedia {
  const { clock, defective } = around
  const legs = new Map<string, MediaLeg>()
  const former = new Map<string, MediaLeg>()
  let floor = open()

  function open(context?: FloorState): FloorServer {
    return createFloorServer({
      clock,
      timers: { T4: around.floorInactivity, ...(defective('vanished-talker-keeps-floor') && { T1: ages }) },
      ...(context && { context }),
      onEvent: ({ event }) => (event === 'inactive' ? onInactive() : undefined),
      ssrc: sourceOf(`floor of ${communication}`),
      send: (user, octets) => legs.get(user)?.sendFloor(flawed(user, octets)),
    })
  }

  /** Who was switched, for defects alone. */
  const switched = new Set<string>()
  function flawed(user: string, octets: Uint8Array): Uint8Array {
    if (!switched.has(user)) return octets
    if (defective('floor-field-beyond-message-after-switch')) return withFieldBeyondEnd(octets)
    if (defective('floor-indicator-without-emergency-after-switch')) return asCallOf('normal', octets)
    return defective('emergency-invented-in-switch') ? asCallOf('emergency', octets) : octets
  }

  const distributor = createMediaDistributor({
    mayTalk: (user) => floor.media(user),
    send(octets, _remote, user) {
      const kept = former.get(user)
      if (kept !== undefined && defective('downlink-media-kept-on-former-path')) return kept.sendAudio(octets)
      legs.get(user)?.sendAudio(octets)
      if (kept !== undefined && defective('downlink-media-on-both-paths')) kept.sendAudio(octets)
    },
  })

  /** With all of its timers anew (only ever by a defect). */
  function restart(context?: FloorState): void {
    floor.close()
    floor = open(context)
    for (const each of legs.keys()) floor.join({ id: each, userId: `sip:${each}`, ssrc: sourceOf(each) })
  }

  const keepsFormer = (): boolean =>
    defective('downlink-media-kept-on-former-path') || defective('downlink-media-on-both-paths')

  return {
    attend(user, leg) {
      const before = legs.get(user)
      legs.set(user, leg)
      distributor.route(user, leg.remoteAudio())
      leg.onAudio = (octets) => {
        if (before !== undefined && defective('uplink-media-of-new-path-dropped')) return
        distributor.take(user, octets)
      }
      leg.onFloor = (_octets, message) => {
        floor.receive(user, message)
        if (defective('inactivity-restarted-by-any-packet')) restart(floor.state())
      }
      if (before === undefined) return floor.join({ id: user, userId: `sip:${user}`, ssrc: sourceOf(user) })
      switched.add(user)
      if (keepsFormer()) former.set(user, before)
      else before.close()
      if (defective('queue-lost-in-switch')) return restart({ ...floor.state(), queue: [] })
      if (!defective('floor-lost-in-switch')) return floor.tell(user)
      restart()
    },
    setEmergency: (emergency) => floor.setCondition({ emergency, imminentPeril: floor.state().imminentPeril }),
    dismiss(user) {
      floor.leave(user)
      distributor.route(user, undefined)
      legs.get(user)?.close()
      former.get(user)?.close()
      legs.delete(user)
      former.delete(user)
    },
    close() {
      floor.close()
      for (const leg of [...legs.values(), ...former.values()]) leg.close()
      legs.clear()
      former.clear()
    },
  }
}
