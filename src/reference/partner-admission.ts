import type { Decoded, IeValues } from '#bindings'
import { accessTokenCheck } from './access-token.ts'
import { faultIn } from './information-elements.ts'
import { keyOf, readMcServiceId } from './mc-service-id.ts'
import type { McServiceId } from './mc-service-id.ts'
import type { Surroundings } from './mc-function.ts'
import type { PartnerServerProvision } from './provision.ts'
import type { Refusal, Refusals } from './refusal.ts'
import type { ServiceMessages } from './service-messages.ts'

/** What the partner MC service server makes of a request before it asks the primary MC system. */
export type Admission =
  /** The request cannot be used at all. */
  | { readonly kind: 'unusable'; readonly refusal: Refusal }
  /** The authorization check failed. */
  | {
      readonly kind: 'refused'
      readonly user: McServiceId
      readonly temporaryId: string | undefined
      readonly refusal: Refusal
    }
  | { readonly kind: 'admitted'; readonly user: McServiceId; readonly temporaryId: string | undefined }

/** TR 23.781 6.x.1 step 2, and the validation of the credentials of step 1. */
export function partnerAdmission(
  provision: PartnerServerProvision,
  around: Surroundings,
): (message: Decoded, messages: ServiceMessages) => Promise<Admission> {
  const { defective } = around
  const checkToken = accessTokenCheck(provision.idm, around.now, defective)

  function tokenOf(ies: IeValues, user: McServiceId, messages: ServiceMessages): ReturnType<typeof checkToken> {
    const credentials = ies['credentials'] ?? ''
    if (credentials !== '') return checkToken(credentials, user, messages)
    if (defective('token-missing-accepted')) return Promise.resolve({ temporaryId: ies['temporaryId'] })
    return Promise.resolve({ fault: 'there is none' })
  }

  /** The general check, that any user may migrate from that primary MC system, and the specific one of this user. */
  function localCheck(user: McServiceId, refusals: Refusals): Refusal | undefined {
    const rule = provision.migrationFrom.get(user.system)
    if (rule === undefined && !provision.peers.has(user.system)) return refusals.unknownSystem
    if (rule?.permitted !== true && !defective('general-check-skipped')) return refusals.localPolicy
    if (rule?.deniedUsers.has(user.key) === true && !defective('specific-check-skipped'))
      return refusals.userAuthorisation
    return undefined
  }

  return async (message, messages) => {
    const { refusals } = messages
    const { ies } = message
    const fault = faultIn(message, ['mcServiceId'])
    const user = fault === undefined ? readMcServiceId(ies['mcServiceId'] ?? '') : undefined
    if (user === undefined) {
      around.say(`${around.name}: request refused: ${fault}`)
      return { kind: 'unusable', refusal: refusals.serviceAuthorisationFailed }
    }
    const claimed = ies['temporaryId']
    const token = await tokenOf(ies, user, messages)
    if ('fault' in token) {
      around.say(`${around.name}: access token refused: ${token.fault}`)
      return { kind: 'refused', user, temporaryId: claimed, refusal: refusals.serviceAuthorisationFailed }
    }
    const temporaryId = token.temporaryId ?? claimed
    const sameIdentity = claimed === undefined || keyOf(claimed) === keyOf(token.temporaryId)
    if (!sameIdentity && !defective('token-of-another-user-accepted')) {
      around.say(`${around.name}: access token refused: it names another temporary identity`)
      return { kind: 'refused', user, temporaryId, refusal: refusals.serviceAuthorisationFailed }
    }
    const refusal = localCheck(user, refusals)
    return refusal === undefined
      ? { kind: 'admitted', user, temporaryId }
      : { kind: 'refused', user, temporaryId, refusal }
  }
}
