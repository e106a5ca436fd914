import { createFloorServer, createMediaDistributor, type FloorServer } from '#stack/media'
import { createHash } from 'node:crypto'
import type { Surroundings } from './mc-function.ts'
import type { MediaLeg } from './media-leg.ts'

/** Media and floor of one communication at its controlling function (TS 24.380 6.3). */
export interface CommunicationMedia {
  /** A party takes part by way of this leg, in the place of the one before. */
  attend(user: string, leg: MediaLeg): void
  /** The party takes part no longer. */
  dismiss(user: string): void
  close(): void
}

const sourceOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE()

/** One party after the other is heard by all others. */
export function communicationMedia(communication: string, around: Surroundings): CommunicationMedia {
  const { clock, defective } = around
  const legs = new Map<string, MediaLeg>()
  const former = new Map<string, MediaLeg>()
  let floor = open()

  function open(): FloorServer {
    return createFloorServer({
      clock,
      ssrc: sourceOf(`floor of ${communication}`),
      send: (user, octets) => legs.get(user)?.sendFloor(octets),
    })
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
      leg.onFloor = (_octets, message) => floor.receive(user, message)
      if (before === undefined) return floor.join({ id: user, userId: `sip:${user}`, ssrc: sourceOf(user) })
      if (keepsFormer()) former.set(user, before)
      else before.close()
      if (!defective('floor-lost-in-switch')) return floor.tell(user)
      floor.close()
      floor = open()
      for (const each of legs.keys()) floor.join({ id: each, userId: `sip:${each}`, ssrc: sourceOf(each) })
    },
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
