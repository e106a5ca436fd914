import type { IeValues } from '#bindings'
import { present } from './information-elements.ts'
import { anotherUserOf, readMcServiceId } from './mc-service-id.ts'
import type { McServiceId } from './mc-service-id.ts'
import type { Peer, Surroundings } from './mc-function.ts'
import type { MigrationRecords } from './migration-records.ts'
import { privateCallAuthorization } from './private-call-authorization.ts'
import { privateCallForwarding } from './private-call-forwarding.ts'
import { privateCallRedirection } from './private-call-redirection.ts'
import { partiesOrRefusal, refuseCall } from './private-call-request.ts'
import type { PrivateCallRequest } from './private-call-request.ts'
import type { PassingPrivateCalls } from './private-calls.ts'
import type { PrimaryServerProvision } from './provision.ts'
import type { Refusal } from './refusal.ts'

/**
 * TS 23.280 10.16.y.3 steps 1 to 3 and 5 at the primary MC system of the caller: a call to a user of this system who has
 * migrated is redirected, a call to a user of a partner MC system goes there.
 */
export function primaryPrivateCalls(
  provision: PrimaryServerProvision,
  records: MigrationRecords,
  /** Where the client of a user is reached whom this server serves. */
  clientOf: (key: string) => Peer | undefined,
  around: Surroundings,
): PassingPrivateCalls {
  const { defective } = around
  const authorize = privateCallAuthorization(provision, around)
  const redirection = privateCallRedirection(around, (told) => flawed(told, defective))
  const forwarding = privateCallForwarding(
    {
      calledPartyRewritten: 'primary-server-called-party-rewritten',
      securityDomainDropped: 'primary-server-security-domain-dropped',
      floorControlDropped: 'primary-server-floor-control-dropped',
      commencementDropped: 'primary-server-commencement-mode-dropped',
      refusedStreamsDropped: 'refused-streams-left-out',
      answersFirst: 'primary-server-answers-before-called-client',
      refusalTurned: 'primary-server-call-refusal-reported-as-accepted',
      endRequestKept: 'primary-server-end-request-kept',
      endResponseLost: 'primary-server-end-response-lost',
      callsCrossed: 'primary-server-calls-crossed',
      redirectionKept: 'redirection-not-passed-on',
      releaseKept: 'release-not-passed-on',
      releaseReasonDropped: 'primary-server-release-reason-dropped',
      endRequestRefused: 'primary-server-end-request-refused',
      endRequestAstray: 'end-request-to-nobody',
    },
    around,
  )

  function receive(call: PrivateCallRequest): void {
    const { refusals } = call.messages
    const parties = partiesOrRefusal(call, around, defective('resource-lists-unchecked'))
    if (parties === undefined) return
    const { calling, called } = parties
    const owner = records.ownerOf(called.key)
    const refusal = authorize(calling, owner === undefined ? [called.key] : [called.key, owner], refusals)
    if (refusal !== undefined) return refuseCall(call, asDefectsSayIt(refusal, called), around)
    return called.system === around.system ? toOwnUser(call, called) : toPartner(call, called)
  }

  function asDefectsSayIt(refusal: Refusal, { key }: McServiceId): Refusal {
    const whereabouts = records.of(key)?.temporaryId
    if (whereabouts === undefined || !defective('refusal-reveals-migrated-identity')) return refusal
    return { ...refusal, warning: `${refusal.warning}: ${whereabouts}` }
  }

  /** Steps 2 and 3. */
  function toOwnUser(call: PrivateCallRequest, called: McServiceId): void {
    const { refusals } = call.messages
    const user = provision.users.get(called.key)
    const migration = records.of(called.key)
    const securityDomain = user?.securityDomain
    if (migration === undefined) {
      const partner = [...provision.partners.keys()][0] ?? around.system
      const redirectedTo = `sip:${called.key.replace(/@.*/, '')}@${partner}`
      if (defective('redirects-before-migration')) return redirection.redirect(call, { redirectedTo, securityDomain })
      const client = defective('returned-user-not-called') ? undefined : clientOf(called.key)
      if (client !== undefined) return forwarding.forward(call, { next: client, leg: 'to-client', ies: call.ies })
      return refuseCall(call, user === undefined ? refusals.unknownUser : refusals.notServed, around)
    }
    const { temporaryId: redirectedTo } = migration
    if (redirectedTo === undefined) return refuseCall(call, refusals.whereUnknown, around)
    if (defective('migrated-user-not-reached')) return refuseCall(call, refusals.notServed, around)
    if (defective('forwards-instead-of-redirecting'))
      return toPartner({ ...call, ies: { ...call.ies, calledParty: redirectedTo } }, called, migration.partnerSystem)
    redirection.redirect(call, { redirectedTo, securityDomain })
  }

  /** Step 5. */
  function toPartner(call: PrivateCallRequest, called: McServiceId, system = called.system): void {
    const { refusals } = call.messages
    const next = provision.partners.get(system)
    if (next === undefined) return refuseCall(call, refusals.unknownUser, around)
    if (!next.permitted) return refuseCall(call, refusals.interconnection, around)
    forwarding.forward(call, { next, leg: 'between-servers', ies: call.ies })
  }

  return {
    receive,
    onRedirection: forwarding.onRedirection,
    forget(mcServiceId) {
      redirection.forget(mcServiceId)
      forwarding.forget(mcServiceId)
    },
  }
}

/** A redirection as the defects make it. */
function flawed(said: IeValues, defective: Surroundings['defective']): IeValues {
  const told: Record<string, string | undefined> = { ...said }
  const migrated = readMcServiceId(said['redirectedTo'] ?? '')
  const caller = readMcServiceId(said['callingParty'] ?? '')
  if (defective('redirection-without-migrated-identity')) told['redirectedTo'] = undefined
  if (migrated !== undefined && defective('redirection-to-another-user')) told['redirectedTo'] = anotherUserOf(migrated)
  if (defective('redirection-to-primary-identity')) told['redirectedTo'] = said['calledParty']
  if (defective('redirection-without-security-domain')) told['securityDomain'] = undefined
  if (defective('redirection-without-called-party')) told['calledParty'] = undefined
  if (caller !== undefined && defective('redirection-names-another-caller'))
    told['callingParty'] = anotherUserOf(caller)
  if (defective('redirection-for-another-reason')) told['reason'] = 'immediate'
  return present(told)
}
