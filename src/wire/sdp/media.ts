import { attributes, type Sdp, type SdpLine } from './sdp.ts'

/** A media description (RFC 8866 5.14), as far as its `m=` line and its `c=` line say. */
export interface SdpMedia {
  /** Its place among the media descriptions, for `linesOf`, `attributes` and `formatParameters`. */
  readonly index: number
  /** `audio`, `video`, `application`, ... */
  readonly type: string
  readonly port: number
  readonly protocol: string
  readonly formats: readonly string[]
  /** Its own, else that of the session part. */
  readonly address: string | undefined
  /** The `m=` line. */
  readonly line: SdpLine
}

/** The first media descriptions whose `m=` line can be read: at most so many. */
export function mediaOf(sdp: Sdp, most = 64): readonly SdpMedia[] {
  const media: SdpMedia[] = []
  const addresses = new Map<number, string>()
  for (const line of sdp.lines) {
    if (line.type === 'c') {
      const address = /^IN IP[46] ([^ /]+)/.exec(line.value)?.[1]
      if (address !== undefined) addresses.set(line.media, address)
    }
    if (line.type !== 'm' || media.length === most) continue
    const [type = '', ports = '', protocol = '', ...formats] = line.value.split(' ').filter((part) => part !== '')
    const port = /^(\d{1,5})(?:\/\d+)?$/.exec(ports)?.[1]
    if (port === undefined || protocol === '' || formats.length === 0) continue
    media.push({ index: line.media, type, port: Number(port), protocol, formats, address: undefined, line })
  }
  const session = addresses.get(-1)
  return media.map((one) => ({ ...one, address: addresses.get(one.index) ?? session }))
}

/** Names of the codecs of a media description: as `a=rtpmap` gives them, else as the static payload types have them (RFC 3551 6). */
export function codecsOf(sdp: Sdp, { index, formats }: Pick<SdpMedia, 'index' | 'formats'>): readonly string[] {
  const named = new Map(
    attributes(sdp, index, 'rtpmap').map((value) => {
      const [format = '', encoding = ''] = value.split(' ')
      return [format, encoding.split('/')[0] ?? ''] as const
    }),
  )
  return formats.map((format) => named.get(format) ?? staticTypes.get(format) ?? format)
}

const staticTypes: ReadonlyMap<string, string> = new Map([
  ['0', 'PCMU'],
  ['3', 'GSM'],
  ['8', 'PCMA'],
  ['9', 'G722'],
  ['18', 'G729'],
])
