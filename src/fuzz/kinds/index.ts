import type { Kind } from '../kind.ts'
import type { Place } from '../place.ts'
import { accessTokenKinds } from './access-token.ts'
import { credentialKinds } from './credentials.ts'
import { genericKinds } from './generic.ts'
import { identityKinds } from './identity.ts'
import { integerKinds } from './integer.ts'
import { multipartKinds } from './multipart.ts'
import { sdpKinds } from './sdp.ts'
import { sipMessageKinds } from './sip-message.ts'
import { torture } from './torture.ts'
import { tokenKinds } from './token.ts'
import { xmlKinds } from './xml.ts'

/** Every way to change a part of a message; those that know what stands there come first. */
export const kinds: readonly Kind[] = [
  ...integerKinds,
  ...identityKinds,
  ...tokenKinds,
  ...sipMessageKinds,
  ...multipartKinds,
  ...xmlKinds,
  ...accessTokenKinds,
  ...sdpKinds,
  ...credentialKinds,
  ...genericKinds,
]

// The torture messages are whole messages of their own, and no change of each message.
const byName = new Map([...kinds, torture].map((kind) => [kind.name, kind]))
export const kindNamed = (name: string): Kind | undefined => byName.get(name)

const genericNames: ReadonlySet<string> = new Set(genericKinds.map(({ name }) => name))
/** What each part of a structure may lack, or have twice. */
const structural: ReadonlySet<string> = new Set(['remove', 'empty', 'duplicate'])
/** Whether it makes sense at every place. */
export const isAnywhere = (name: string): boolean => genericNames.has(name) || structural.has(name)
/** Whether it makes sense wherever a text stands, and says little of what stands there. */
export const isGeneric = (name: string): boolean => genericNames.has(name) && !structural.has(name)

/** How a part is spelled, of which there are many, and little depends on each. */
const spelling: ReadonlySet<string> = new Set([
  ...['URI', 'host', 'line', 'token', 'SDP line', 'SDP value', 'empty', 'display name', 'element', 'element name'],
  ...['delimiter', 'number form', 'port form', 'long run'],
])

/** Whether an edit changes what is said rather than how: numbers do at the limits of their field. */
export const isMeaning = (kind: string, p: string | number | undefined, { limits }: Place): boolean =>
  kind === 'number'
    ? (limits ?? []).some((limit) => Math.abs(Number(p) - limit) <= 1)
    : !isGeneric(kind) && !spelling.has(kind)
