import type { Address, TransportName } from '#transport'
import { type Parameter, readUri, sameUri } from '#wire/sip'

/** One contact at which an address of record is reached (RFC 3261 10.3), with the path to it (RFC 3327) and its flow (RFC 5626). */
export interface Binding {
  /** The URI as it came. */
  readonly contact: string
  /** Those of the Contact but `expires`, as they came: q, +sip.instance, reg-id, feature tags. */
  readonly parameters: readonly Parameter[]
  /** Preference in thousandths, 0 to 1000: 1000 unless said (RFC 3261 10.2.1.2). */
  readonly preference: number
  readonly callId: string
  readonly sequence: number
  /** `clock.now()`. */
  readonly expiresAt: number
  /** Name-addresses, the topmost first (RFC 3327 5.3). */
  readonly path: readonly string[]
  /** +sip.instance without its brackets (RFC 5626 4.1). */
  readonly instance: string | undefined
  readonly registrationId: number | undefined
  /** Whence the REGISTER came. */
  readonly flow: Address & { readonly transport: TransportName }
}

/** What of a binding decides which other one it replaces. */
export type BindingIdentity = Pick<Binding, 'contact' | 'instance' | 'registrationId'>

/**
 * Whether two are the same binding: by instance and reg-id where both have them (RFC 5626 6), else by URI comparison (RFC 3261 10.3
 * step 7).
 */
export function isSameBinding(one: BindingIdentity, other: BindingIdentity): boolean {
  if (one.registrationId !== undefined && other.registrationId !== undefined)
    return one.instance === other.instance && one.registrationId === other.registrationId
  return sameUri(one.contact, other.contact)
}

/** Those that are tried first, first: by preference, then the latest (RFC 3261 16.6, RFC 5626 7). */
export const byPreference = (bindings: readonly Binding[]): readonly Binding[] =>
  bindings.toSorted((one, other) => other.preference - one.preference || other.expiresAt - one.expiresAt)

/** A Contact value of a 200 (RFC 3261 10.3 step 8): with the seconds that are left. */
export function writeContact({ contact, parameters, expiresAt }: Binding, now: number): string {
  const written = parameters.map(({ name, value }) =>
    value === undefined ? `;${name}` : `;${name}=${/^[\w.!%*+`'~-]+$/.test(value) ? value : quoted(value)}`,
  )
  return `<${contact}>${written.join('')};expires=${Math.max(0, Math.ceil((expiresAt - now) / 1000))}`
}

const quoted = (value: string): string => `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`

/** Whether a Contact can be called back at all: SIP, SIPS or tel. */
export const isReachable = (contact: string): boolean => ['sip', 'sips', 'tel'].includes(readUri(contact)?.scheme ?? '')
