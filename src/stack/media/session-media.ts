import type { Address } from '#transport'
import { codecsOf, formatParameters, mediaOf, type Sdp } from '#wire/sdp'

/** Where a session description wants its media, and on which terms. */
export interface SessionMedia {
  readonly audio: AudioStream | undefined
  readonly floor: FloorChannel | undefined
}

export interface AudioStream {
  readonly remote: Address
  /** The first of its formats. */
  readonly payloadType: number
  readonly codec: string
  /** `RTP/SAVP` and `RTP/SAVPF`: encrypted, which is not covered. */
  readonly encrypted: boolean
}

/** `m=application <port> udp MCPTT` and its parameters (TS 24.380 4.3, 12.1). */
export interface FloorChannel extends FloorParameters {
  readonly remote: Address
}

/** Parameters of `a=fmtp:MCPTT` (TS 24.380 12.1.2). */
export interface FloorParameters {
  /** `mc_queueing`: floor requests may be queued. */
  readonly queueing: boolean
  /** `mc_priority`: highest floor priority, 0 to 255. */
  readonly priority: number | undefined
  /** `mc_granted`: the floor may be granted with the answer. */
  readonly granted: boolean
  /** `mc_implicit_request`: the offer itself is a floor request. */
  readonly implicitRequest: boolean
  /** `mc_ssrc`: what whoever is granted must send with. */
  readonly ssrc: number | undefined
  /** `mc_floor_ssrc`: what floor control comes with where several channels share a port. */
  readonly floorSsrc: number | undefined
  /** `mc_no_floor_ctrl`: a pre-established session without floor control. */
  readonly noFloorControl: boolean
}

const numberOf = (text: string | undefined, most: number): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : undefined

/** Where media goes by a description. A stream of port 0 is refused (RFC 3264 6) and not there. */
export function sessionMedia(sdp: Sdp): SessionMedia {
  const media = mediaOf(sdp)
  const usable = media.filter(({ port, address }) => port !== 0 && address !== undefined)
  const audio = usable.find(({ type }) => type === 'audio')
  const floor = usable.find(({ type, formats }) => type === 'application' && formats.includes('MCPTT'))
  return {
    audio: audio && {
      remote: { address: audio.address ?? '', port: audio.port },
      payloadType: numberOf(audio.formats[0], 127) ?? 0,
      codec: codecsOf(sdp, audio)[0] ?? '',
      encrypted: audio.protocol.includes('SAVP'),
    },
    floor: floor && {
      remote: { address: floor.address ?? '', port: floor.port },
      ...floorParameters(formatParameters(sdp, floor.index, 'MCPTT') ?? new Map()),
    },
  }
}

const floorParameters = (given: ReadonlyMap<string, string>): FloorParameters => ({
  queueing: given.has('mc_queueing'),
  priority: numberOf(given.get('mc_priority'), 255),
  granted: given.has('mc_granted'),
  implicitRequest: given.has('mc_implicit_request'),
  ssrc: numberOf(given.get('mc_ssrc'), 0xffff_ffff),
  floorSsrc: numberOf(given.get('mc_floor_ssrc'), 0xffff_ffff),
  noFloorControl: given.has('mc_no_floor_ctrl'),
})

/**
 * What an answer says of floor control: nothing that the offer does not have, the lower of both priorities (TS 24.380 14.2.3, 14.3.3).
 * `grantedSsrc` is told when the floor is granted with the answer.
 */
export function answeredParameters(
  offered: FloorParameters,
  own: { readonly queueing: boolean; readonly priority: number; readonly grantedSsrc?: number },
): FloorParameters {
  const granted = offered.granted && own.grantedSsrc !== undefined
  return {
    queueing: offered.queueing && own.queueing,
    priority: offered.priority === undefined ? undefined : Math.min(offered.priority, own.priority),
    granted,
    implicitRequest: offered.implicitRequest,
    ssrc: granted ? own.grantedSsrc : undefined,
    floorSsrc: undefined,
    noFloorControl: false,
  }
}

/** The line of the parameters, without its end; `undefined` when there are none. */
export function writeFloorParameters(parameters: FloorParameters): string | undefined {
  const { queueing, priority, granted, implicitRequest, ssrc, floorSsrc, noFloorControl } = parameters
  const words = [
    queueing && 'mc_queueing',
    priority !== undefined && `mc_priority=${priority}`,
    granted && 'mc_granted',
    implicitRequest && 'mc_implicit_request',
    ssrc !== undefined && `mc_ssrc=${ssrc}`,
    floorSsrc !== undefined && `mc_floor_ssrc=${floorSsrc}`,
    noFloorControl && 'mc_no_floor_ctrl',
  ].filter((word) => word !== false)
  return words.length === 0 ? undefined : `a=fmtp:MCPTT ${words.join(';')}`
}
