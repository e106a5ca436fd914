import type { Address } from '#transport'

export interface MediaDistributorOptions {
  /** Whether RTP of this participant is to be forwarded: `media` of a floor control server. */
  readonly mayTalk: (participant: string) => boolean
  readonly send: (octets: Uint8Array, remote: Address, participant: string) => void
}

/** Takes RTP of whoever may talk to all others (TS 24.380 6.3.4.4). */
export interface MediaDistributor {
  /** Where the media of a participant goes from now on; nowhere for `undefined`. */
  route(participant: string, remote: Address | undefined): void
  readonly routeOf: (participant: string) => Address | undefined
  take(participant: string, octets: Uint8Array): void
}

export function createMediaDistributor({ mayTalk, send }: MediaDistributorOptions): MediaDistributor {
  const routes = new Map<string, Address>()
  return {
    route(participant, remote) {
      if (remote === undefined) routes.delete(participant)
      else routes.set(participant, remote)
    },
    routeOf: (participant) => routes.get(participant),
    take(participant, octets) {
      if (!mayTalk(participant)) return
      for (const [other, remote] of routes) if (other !== participant) send(octets, remote, other)
    },
  }
}
