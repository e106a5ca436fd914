import type { TrafficEnd } from '#wire/capture'
import { header } from '#wire/sip'
import { addressOf, methodOf, shortName, statusOf, tagOf, viasOf } from './addressing.ts'
import { sessionOf } from './bodies.ts'
import { endName, type Entry, type SipEntry } from './conversation.ts'
import { sessionType } from './say-bodies.ts'
import { isFloorControl } from './floor-channel.ts'

/** Somebody who takes part: a client, a server, or an address of which nothing else is known. */
export interface Party {
  /** Short and unlike every other. */
  name: string
  readonly kind: 'client' | 'server' | 'unknown'
  /** Addresses of record it speaks for. */
  readonly identities: readonly string[]
  /** What it says it is built of: Server or User-Agent. */
  readonly product: string | undefined
  /** `192.0.2.2:6201` and what is found there: `SIP`, `audio`, `floor control`. */
  readonly ends: readonly { readonly end: string; readonly use: string }[]
}

interface Draft {
  kind: Party['kind']
  identities: Map<string, string>
  product: string | undefined
  ends: Map<string, string>
}

const maximalParties = 1000

/** Who takes part, in order of appearance, and whose an end is. */
export interface PartyTable {
  readonly parties: readonly Party[]
  readonly of: (end: TrafficEnd) => Party | undefined
}

/** Requests with which a client speaks to a server about itself: who answers them is no user. */
const aboutOneself = new Set(['REGISTER', 'PUBLISH', 'SUBSCRIBE'])

export function findParties(entries: readonly Entry[]): PartyTable {
  const drafts = new Map<string, Draft>()
  const own = new Map<string, string>()

  const draftOf = (end: TrafficEnd, use: string): Draft | undefined => {
    const name = endName(end)
    const key = own.get(name) ?? name
    let draft = drafts.get(key)
    if (draft === undefined) {
      if (drafts.size === maximalParties) return undefined
      draft = { kind: 'unknown', identities: new Map(), product: undefined, ends: new Map() }
      drafts.set(key, draft)
    }
    own.set(name, key)
    if (!draft.ends.has(name)) draft.ends.set(name, use)
    return draft
  }

  const takeSip = (entry: SipEntry): void => {
    const { message, source, target } = entry
    adopt(entry)
    const from = draftOf(source, 'SIP')
    const to = draftOf(target, 'SIP')
    if (from === undefined || to === undefined) return
    if (entry.forwards !== undefined) {
      from.kind = 'server'
      from.identities.clear()
      return
    }
    const request = message.startLine.kind === 'request'
    from.product ??= header(message, request ? 'user-agent' : 'server') ?? header(message, 'user-agent')
    const about = aboutOneself.has(methodOf(message))
    if (about) (request ? to : from).kind = 'server'
    // Who answers for a group is not the group.
    if (!request && answersForGroup(entry)) from.kind = 'server'
    if (!about || request) announce(entry)
    if ((about && !request) || from.kind === 'server') return
    const uri = addressOf(message, request ? 'from' : 'to')?.uri
    if (uri !== undefined && (request ? viasOf(message).length === 1 : speaksItself(entry))) {
      from.kind = 'client'
      if (from.identities.size < 20) from.identities.set(uri, shortName(uri))
    }
  }

  /** Ends that a session description names belong to whoever sends it first. */
  const announce = ({ bodies, source }: SipEntry): void => {
    for (const media of sessionOf(bodies)?.media ?? []) {
      if (media.address === undefined || media.port === 0) continue
      const use = isFloorControl(media) ? 'floor control' : media.type
      const end = { address: media.address, port: media.port }
      if (!own.has(endName(end))) own.set(endName(end), own.get(endName(source)) ?? endName(source))
      draftOf(end, use)
    }
  }

  /** A connection is made from any port: whose it is says the topmost Via. */
  const adopt = ({ message, source, transport }: SipEntry): void => {
    if (transport !== 'tcp' || message.startLine.kind !== 'request') return
    const [via] = viasOf(message)
    if (via === undefined) return
    const sender = endName({ address: source.address, port: via.port ?? 5060 })
    if (!own.has(endName(source))) own.set(endName(source), own.get(sender) ?? sender)
  }

  // Media ends belong to whoever announced them, which may come later than the media.
  for (const entry of entries) if (entry.kind === 'sip') takeSip(entry)
  for (const entry of entries)
    if (entry.kind !== 'sip') for (const end of [entry.source, entry.target]) draftOf(companion(end, own), entry.kind)

  const parties = new Map<string, Party>()
  const names = new Set<string>()
  for (const [key, draft] of drafts) {
    const party = { ...named(key, draft, names), kind: draft.kind, product: draft.product }
    parties.set(key, party)
  }
  return {
    parties: [...parties.values()],
    of: (end) => parties.get(own.get(endName(companion(end, own))) ?? ''),
  }
}

const groupSessions = new Set(['prearranged', 'chat', 'adhoc'])

/** A controlling function that answers for its group (TS 24.379 6.3.3). */
const answersForGroup = ({ message, transaction }: SipEntry): boolean =>
  groupSessions.has(sessionType(transaction?.request?.bodies ?? []) ?? '') ||
  /;\s*isfocus\b/i.test(header(message, 'contact') ?? '')

/** Who answers in its own name: a final or provisional response with a tag, on the hop where it begins. */
const speaksItself = ({ message, forwards }: SipEntry): boolean =>
  forwards === undefined &&
  (statusOf(message) ?? 0) > 100 &&
  (statusOf(message) ?? 0) < 300 &&
  tagOf(message, 'to') !== ''

/** RTCP goes to the port after that of RTP when both are not on one (RFC 3550 11). */
function companion(end: TrafficEnd, own: ReadonlyMap<string, string>): TrafficEnd {
  if (own.has(endName(end)) || end.port % 2 === 0) return end
  const even = { address: end.address, port: end.port - 1 }
  return own.has(endName(even)) ? even : end
}

function named(key: string, draft: Draft, taken: Set<string>): Pick<Party, 'name' | 'identities' | 'ends'> {
  const [identity] = draft.identities.values()
  const product = draft.product?.split(/[\s/(]/)[0]
  const wanted = draft.kind === 'server' ? (product ?? 'server') : (identity ?? key)
  let name = wanted.slice(0, 40)
  for (let number = 2; taken.has(name); number += 1) name = `${wanted.slice(0, 36)} ${number}`
  taken.add(name)
  return {
    name,
    identities: [...draft.identities.keys()],
    ends: [...draft.ends].map(([end, use]) => ({ end, use })),
  }
}
