import { characters } from '../grammar.ts'
import { many, one, viewOf } from '../header-family.ts'
import { isToken, readNumber } from '../grammar.ts'
import type { Parameter } from '../message.ts'
import { error } from '../rule.ts'
import { largestSeconds } from './seconds.ts'
import { judgeParameter, type TokenReading, tokenWith, type WithParameters, writeToken } from './token-parameters.ts'

const badEvent = error('event-malformed', 'RFC 6665 8.2.1')
const badState = error('subscription-state-malformed', 'RFC 6665 8.2.3')
const badExpires = error('subscription-expires-out-of-range', 'RFC 6665 4.1.3')

/** Event (RFC 6665 8.2.1): an event package with its templates, and the id of the subscription. */
export interface Event {
  readonly package: string
  readonly id: string | undefined
  readonly parameters: readonly Parameter[]
}

export const event = one<TokenReading, Event>('RFC 6665 8.2.1', {
  value: tokenWith(characters.token, badEvent, 'an event package', (source, read) =>
    judgeParameter(source, read, 'id', badEvent, isToken, 'a token'),
  ),
  malformed: badEvent,
  view: (read) => ({ package: read.token, id: read.parameter('id'), parameters: read.parameters }),
  write: (value) => writeToken({ token: value.package, parameters: value.parameters }),
})

/** Subscription-State (RFC 6665 8.2.3). */
export interface SubscriptionState {
  /** `active`, `pending`, `terminated` or an extension. */
  readonly state: string
  /** Seconds. */
  readonly expires: number | undefined
  readonly reason: string | undefined
  /** Seconds. */
  readonly retryAfter: number | undefined
  readonly parameters: readonly Parameter[]
}

const isSeconds = (value: string): boolean => readNumber(value, largestSeconds) !== undefined

export const subscriptionState = one<TokenReading, SubscriptionState>('RFC 6665 8.2.3', {
  value: tokenWith(characters.token, badState, 'active, pending or terminated', (source, read) => {
    judgeParameter(source, read, 'expires', badExpires, isSeconds, 'seconds up to 2**32-1')
    judgeParameter(source, read, 'retry-after', badExpires, isSeconds, 'seconds up to 2**32-1')
  }),
  malformed: badState,
  view: viewOf<TokenReading, SubscriptionState>({
    state: (read) => read.token,
    expires: (read) => read.numberOf('expires'),
    reason: (read) => read.parameter('reason'),
    retryAfter: (read) => read.numberOf('retry-after'),
    parameters: (read) => read.parameters,
  }),
  write: ({ state, parameters }) => writeToken({ token: state, parameters }),
})

const badPackage = error('info-package-malformed', 'RFC 6086 7.2')

/** Info-Package (RFC 6086 7.2). */
export const infoPackage = one<TokenReading, WithParameters>('RFC 6086 7.2', {
  value: tokenWith(characters.token, badPackage, 'an Info Package'),
  malformed: badPackage,
  write: writeToken,
})

/** Recv-Info (RFC 6086 7.3): the Info Packages a user agent takes, perhaps none. */
export const receivedInfo = many<TokenReading, WithParameters>('RFC 6086 7.3', {
  value: tokenWith(characters.token, badPackage, 'an Info Package'),
  malformed: badPackage,
  write: writeToken,
  mayBeEmpty: true,
})
