import { sessionDescriptionIn, type Media } from '#bindings'
import { openMediaPort, sessionMedia, type Arrival, type MediaPort } from '#stack/media'
import type { Address } from '#transport'
import type { FloorControlMessage } from '#wire/floor-control'
import { readSdp } from '#wire/sdp'
import type { SipMessage } from '#wire/sip'
import type { Surroundings } from './mc-function.ts'

/** Our end of the media of one dialog: a port for audio, one for floor control. */
export interface MediaLeg {
  /** Where it receives, for the session description. */
  readonly media: Media
  /** Set it to be given each RTP packet that comes, as it came. */
  onAudio: ((octets: Uint8Array) => void) | undefined
  onFloor: ((octets: Uint8Array, message: FloorControlMessage) => void) | undefined
  /** The other end, as its offer or answer says. */
  connect(described: SipMessage): void
  readonly remoteAudio: () => Address | undefined
  sendAudio(octets: Uint8Array): void
  sendFloor(octets: Uint8Array): void
  close(): void
}

/** Nothing is received at the discard port (RFC 863): whoever offers it wants no media. */
const discard = 9

const described = (message: SipMessage) => {
  const octets = sessionDescriptionIn(message)
  return octets === undefined ? undefined : sessionMedia(readSdp(octets))
}

/** Whether an offer asks for media at all. */
export const wantsMedia = (offer: SipMessage): boolean => (described(offer)?.audio?.remote.port ?? discard) !== discard

export async function openMediaLeg({ local, clock }: Surroundings): Promise<MediaLeg> {
  const { address } = local
  let remote: { readonly audio: Address | undefined; readonly floor: Address | undefined } | undefined
  const open = (taken: Parameters<typeof openMediaPort>[0]): Promise<MediaPort> => openMediaPort(taken)
  const [audio, floor] = await Promise.all([
    open({ address, clock, onRtp: (_packet, arrival: Arrival) => leg.onAudio?.(arrival.octets) }),
    open({
      address,
      clock,
      onControl: (reading, arrival) => leg.onFloor?.(arrival.octets, reading.message),
    }),
  ])
  const leg: MediaLeg = {
    media: { address, audioPort: audio.local.port, floorPort: floor.local.port },
    onAudio: undefined,
    onFloor: undefined,
    connect(message) {
      const said = described(message)
      remote = { audio: said?.audio?.remote, floor: said?.floor?.remote }
    },
    remoteAudio: () => remote?.audio,
    sendAudio(octets) {
      if (remote?.audio !== undefined) audio.send(octets, remote.audio)
    },
    sendFloor(octets) {
      if (remote?.floor !== undefined) floor.send(octets, remote.floor)
    },
    close() {
      leg.onAudio = undefined
      leg.onFloor = undefined
      void audio.close()
      void floor.close()
    },
  }
  return leg
}
