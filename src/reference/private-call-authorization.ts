import type { McServiceId } from './mc-service-id.ts'
import type { Surroundings } from './mc-function.ts'
import type { PrimaryServerProvision } from './provision.ts'
import type { Refusal, Refusals } from './refusal.ts'

/**
 * TS 24.379 11.1.1.3.1.1: whether a user of this MC system may make a private call at all, and to this user. `identities`
 * are all by which the called user is known: who may not call the one may not call the other.
 */
export function privateCallAuthorization(provision: PrimaryServerProvision, { defective }: Surroundings) {
  return (caller: McServiceId, identities: readonly string[], refusals: Refusals): Refusal | undefined => {
    const user = provision.users.get(caller.key)
    if (user === undefined) return defective('unknown-caller-served') ? undefined : refusals.unknownUser
    const { permitted, deniedTo } = user.privateCalls
    if (!permitted && !defective('private-call-check-skipped')) return refusals.noPrivateCalls
    const denied = identities.some((identity) => deniedTo.has(identity))
    return denied && !defective('called-user-check-skipped') ? refusals.thisUser : undefined
  }
}
