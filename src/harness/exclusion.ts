import { bindingsOf, type Binding, type Profile, type Service } from '#bindings'
import { everyStep, type Flow } from '#flow'
import { isLoopback } from '#transport'
import { messageSteps, sutStarts, type DerivedCase, type MessageStep } from '#derive'
import type { SutConfiguration, Transport } from './configuration.ts'
import { entityOf } from './world/functional-entity.ts'

/** What decides whether a case can be played. */
export interface Circumstances {
  readonly sut: SutConfiguration
  readonly transport: Transport
  readonly alternative: 'publish' | 'register'
  readonly profile: Profile
  readonly service: Service
}

/** The printed reason why a case is not played against this system under test; undefined when it is. */
export const whyNot = (one: DerivedCase, around: Circumstances): string | undefined =>
  carriedOtherwise(one, around) ??
  isNoWorld(one) ??
  notClaimed(one, around.sut) ??
  notSetGoing(one, around.sut) ??
  notProvisioned(one, around.sut)

/** What the protocol below leaves no room for. */
function carriedOtherwise(
  one: DerivedCase,
  { transport, profile, alternative, service }: Circumstances,
): string | undefined {
  const { variation } = one
  if (variation.kind === 'twice' && transport !== 'udp')
    return 'a reliable transport has no retransmissions (RFC 3261 17.2.2)'
  const step = 'step' in variation ? stepAt(one.flow, variation.step) : undefined
  const binding =
    step && bindingsOf(profile, service, alternative).find(({ message }) => message === step.act.message.name)
  if (!step || !binding) return undefined
  const name = `the ${step.act.message.name}`
  const within = withinWhat(binding)
  switch (variation.kind) {
    case 'omit':
    case 'malform':
    case 'foreign':
      if (variation.kind === 'foreign' && variation.flaw === 'otherUser' && !namesUser(binding, profile))
        return `nothing but the ${variation.ie} says who the user of ${name} is`
      return impliedHere(
        binding,
        profile,
        variation.ie,
        variation.kind === 'omit',
        entityOf(step.act.from) === 'client',
      )
    case 'before':
      return within && `${name} travels within the ${within}, so it cannot come before it`
    case 'twice':
      return within && !('method' in binding && binding.method === 'BYE')
        ? `${name} is repeated by the transaction that bears it, and by nobody else (RFC 3261 17.2)`
        : undefined
    case 'as-written':
    case 'without':
    case 'unless':
    case 'where':
    case 'deny':
    case 'withhold':
    case 'crossed':
      return undefined
  }
}

/** Whether a message says of whom it is, beside its credentials. */
const namesUser = (binding: Binding, { values }: Profile): boolean =>
  binding.mappings(values).some(({ ie }) => ie === 'mcServiceId')

const stepAt = (flow: Flow, number: string): MessageStep | undefined =>
  messageSteps(flow).find(({ step }) => step === number)

/** The message in whose transaction or dialog another one travels. */
function withinWhat(binding: Binding): string | undefined {
  switch (binding.carrier) {
    case 'request':
      return binding.within
    case 'http-request':
      return undefined
    case 'response':
    case 'http-response':
      return binding.answers
    case 'implied':
      return binding.by
  }
}

/** A response says by its transaction whom it is for and by its status what the result is; a client says who it is. */
function impliedHere(
  binding: Binding,
  profile: Profile,
  ie: string,
  omitted: boolean,
  fromClient: boolean,
): string | undefined {
  const answer = binding.carrier === 'response' || binding.carrier === 'http-response'
  if (answer && binding.implied.includes(ie)) {
    if (omitted) return `${ie} is implied by the transaction and its status code, so it cannot be left out`
    const onlyThere = binding.mappings(profile.values).some((row) => row.ie === ie && row.carriedIn === 'status code')
    return !onlyThere ? undefined : `${ie} is the status code of a response, which has no wrong value`
  }
  if (binding.carrier === 'request' && fromClient && omitted && binding.impliedByClient?.includes(ie))
    return `${ie} is implied by the identity that a client has in the SIP core, so it cannot be left out`
  return undefined
}

/** A world in which the procedure makes no sense. */
const isNoWorld = ({ variation, flow }: DerivedCase): string | undefined =>
  variation.kind === 'unless' &&
  variation.condition === 'temporaryIdentityAllocated' &&
  flow.preconditions.some(({ values }) => 'temporaryId' in values)
    ? 'users are called by the identities that partner MC systems allocated to them, so there is no world without these'
    : undefined

/** What the implementation conformance statement says is not there. */
function notClaimed({ variation, flow, sut }: DerivedCase, { ics, address }: SutConfiguration): string | undefined {
  const about = (ie: string): boolean => 'ie' in variation && variation.ie === ie
  if (ics['temporaryIdentity'] === false) {
    if (about('temporaryId')) return 'the conformance statement claims no temporary identities'
    if (variation.kind === 'unless' && variation.condition === 'temporaryIdentityAllocated')
      return 'the conformance statement claims no temporary identities: every case is in this world'
    if (flow.preconditions.some(({ values }) => 'temporaryId' in values))
      return 'the conformance statement claims no temporary identities, and users are called by them in this procedure'
  }
  if (variation.kind === 'where' && variation.condition === 'emergencyCommunication') {
    if (ics['emergencyCommunication'] === false) return 'the conformance statement claims no emergency communications'
    // Nobody is to be alarmed who did not ask for it.
    if (ics['emergencyCommunication'] !== true && !isLoopback(address))
      return 'beyond this machine emergency communications begin only where the conformance statement claims them (suts[].ics.emergencyCommunication)'
  }
  if (ics['userProfileIndex'] === false && needsProfile(flow, sut))
    return 'the conformance statement claims no user profile index, and a user profile is retrieved by it'
  if (ics['userProfileIndex'] === false && about('userProfileIndex'))
    return 'the conformance statement claims no user profile index'
  return undefined
}

/** Whether a user profile is retrieved from or by one of these roles. */
const needsProfile = (flow: Flow, sut: readonly string[]): boolean =>
  messageSteps(flow).some(
    ({ act }) =>
      act.message.ies['userProfileIndex']?.status === 'M' && (sut.includes(act.from) || sut.includes(act.to)),
  )

/** Who speaks unasked must be set going by somebody. */
function notSetGoing(one: DerivedCase, sut: SutConfiguration): string | undefined {
  const unasked =
    sutStarts(one.flow, one.sut) ||
    messageSteps(one.flow).some((step) => step.byUser && one.sut.includes(step.act.from))
  return unasked && sut.control.http === undefined && sut.control.stimulate === undefined
    ? 'the system under test speaks first and its configuration has no control adapter to set it going'
    : undefined
}

/** What a system under test that cannot be provisioned would have to know. */
function notProvisioned(one: DerivedCase, sut: SutConfiguration): string | undefined {
  const { variation } = one
  if (sut.users && needsCaller(one.flow) && sut.users.callers.length === 0)
    return 'the configuration names no user who calls (suts[].users.callers)'
  // Who was never told of the group of a case knows none.
  const told = sut.control.http !== undefined || sut.control.provision !== undefined
  if (!told && servesGroup(one))
    return 'the system under test cannot be told of the MC service group of the case (suts[].control)'
  const own = variation.kind === 'deny' && isOwnCheck(one, variation.step)
  if (variation.kind !== 'deny' || !own) return undefined
  if (sut.users && (sut.users.refused.length === 0 || variation.way !== 'thisUser'))
    return 'the configuration names no refused user (suts[].users.refused)'
  if (variation.way === 'declined')
    return 'whether a call is taken is for the called user, whom nobody here can ask to decline'
  // Who was never told whom to refuse cannot be blamed for letting everybody in.
  return !sut.users && !told && toldOnly.has(variation.way)
    ? 'the system under test cannot be provisioned (suts[].control), and the configuration names no refused user (suts[].users.refused)'
    : undefined
}

/** Whether a server under test is asked about an MC service group, or about a user's part in one. */
const servesGroup = ({ flow, sut }: DerivedCase): boolean =>
  messageSteps(flow).some(
    ({ act }) => sut.includes(act.to) && entityOf(act.to) !== 'client' && act.message.name.startsWith('group '),
  )

/** Ways of a check that only who was told of a user can go. */
const toldOnly: ReadonlySet<string> = new Set(['thisUser', 'noPrivateCalls', 'thisTarget', 'notServed'])

const needsCaller = ({ steps }: Flow): boolean =>
  everyStep(steps).some(({ act }) => act.act === 'send' && 'callingParty' in act.carries)

const isOwnCheck = ({ flow, sut }: DerivedCase, number: string): boolean => {
  const act = flow.steps.find(({ step }) => step === number)?.act
  return act?.act === 'check' && sut.includes(act.at)
}
