import { affiliationStatusNotification } from './affiliation-status-notification.ts'
import { affiliationStatusRequest } from './affiliation-status-request.ts'
import { affiliationStatusResponse } from './affiliation-status-response.ts'
import { authorizationRequestByPublish } from './authorization-request-by-publish.ts'
import { authorizationRequestByRegister } from './authorization-request-by-register.ts'
import { authorizationResponse } from './authorization-response.ts'
import type { Alternative, Binding, Profile } from './binding.ts'
import { departureRequestByPublish, departureRequestByRegister } from './departure-request.ts'
import { departureResponse } from './departure-response.ts'
import { migrationEndNotification, migrationEndRequest, migrationEndResponse } from './migration-end.ts'
import { groupAffiliationRequest, groupDeaffiliationRequest } from './group-affiliation-request.ts'
import { groupAffiliationResponse, groupDeaffiliationResponse } from './group-affiliation-response.ts'
import { groupCallEndRequest, groupCallEndResponse, groupCallRequest, groupCallResponse } from './group-call.ts'
import { continuityMessages } from './call-continuity.ts'
import {
  groupCallJoinRequest,
  groupCallJoinResponse,
  groupCallLeaveRequest,
  groupCallLeaveResponse,
} from './group-call-join.ts'
import { migrationRequest } from './migration-request.ts'
import { migrationResponse } from './migration-response.ts'
import { privateCallRedirectionByMessage } from './private-call-redirection-by-message.ts'
import { movedStatus, privateCallRedirectionByMoved } from './private-call-redirection-by-moved.ts'
import {
  privateCallEndRequest,
  privateCallEndResponse,
  privateCallRequestRelease,
  privateCallRequestReleaseByMoved,
} from './private-call-release.ts'
import { privateCallRequestByInvite } from './private-call-request-by-invite.ts'
import { privateCallRequestByMessage } from './private-call-request-by-message.ts'
import { privateCallResponseToInvite, privateCallResponseToMessage } from './private-call-response.ts'
import { serviceAuthorizationByPublish, serviceAuthorizationByRegister } from './service-authorization-request.ts'
import { serviceAuthorizationResponse } from './service-authorization-response.ts'
import { userProfileRequest } from './user-profile-request.ts'
import { userProfileResponse } from './user-profile-response.ts'
import { defaultValues } from './profile-values.ts'
import type { Service } from './service.ts'

const migration: Readonly<Record<Alternative, readonly Binding[]>> = {
  publish: [
    authorizationRequestByPublish,
    migrationRequest,
    migrationResponse,
    authorizationResponse('publish'),
    departureRequestByPublish,
    departureResponse('publish'),
    migrationEndRequest,
    migrationEndResponse,
    serviceAuthorizationByPublish,
    serviceAuthorizationResponse('publish'),
    migrationEndNotification,
  ],
  register: [
    authorizationRequestByRegister,
    migrationRequest,
    migrationResponse,
    authorizationResponse('register'),
    departureRequestByRegister,
    departureResponse('register'),
    migrationEndRequest,
    migrationEndResponse,
    serviceAuthorizationByRegister,
    serviceAuthorizationResponse('register'),
    migrationEndNotification,
  ],
}

/** The bindings of one service: those of migration, which are the same in all, and those of its calls. */
const withCalls = (calls: readonly Binding[]): Readonly<Record<Alternative, readonly Binding[]>> => ({
  publish: [...migration.publish, ...calls],
  register: [...migration.register, ...calls],
})

/** Affiliation and group calls come first: what is no PUBLISH or INVITE of theirs is one of the others. */
const groups: readonly Binding[] = [
  ...continuityMessages,
  groupCallJoinRequest,
  groupCallJoinResponse,
  groupAffiliationRequest,
  groupAffiliationResponse,
  groupDeaffiliationRequest,
  groupDeaffiliationResponse,
  affiliationStatusRequest,
  affiliationStatusResponse,
  affiliationStatusNotification,
  groupCallRequest,
  groupCallResponse,
]

/** A BYE is known by its dialog alone. */
const groupEnds: readonly Binding[] = [
  groupCallEndRequest,
  groupCallEndResponse,
  groupCallLeaveRequest,
  groupCallLeaveResponse,
]

const withGroups = ({ publish, register }: ReturnType<typeof withCalls>): ReturnType<typeof withCalls> => ({
  publish: [...groups, ...publish, ...groupEnds],
  register: [...groups, ...register, ...groupEnds],
})

const call: readonly Binding[] = [
  privateCallRequestByInvite,
  privateCallResponseToInvite([]),
  privateCallRedirectionByMessage,
  privateCallRequestRelease,
  privateCallEndRequest,
  privateCallEndResponse,
  userProfileRequest,
  userProfileResponse,
]

/** One-to-one MCData has no session, and so nothing to release or to end. */
const data: readonly Binding[] = [
  privateCallRequestByMessage,
  privateCallResponseToMessage([]),
  privateCallRedirectionByMessage,
]

/** The first release whose mcptt-info schema has the migration elements (TS 24.379 F.1, V18.13.0). */
export const rel18: Profile = {
  name: 'rel-18',
  title: '3GPP Release 18',
  choice: 'A private call redirection is a SIP MESSAGE.',
  bindings: { mcptt: withGroups(withCalls(call)), mcvideo: withGroups(withCalls(call)), mcdata: withCalls(data) },
  values: defaultValues,
}

const callMoved: readonly Binding[] = [
  privateCallRequestByInvite,
  privateCallResponseToInvite([movedStatus]),
  privateCallRedirectionByMoved,
  privateCallRequestReleaseByMoved,
  privateCallEndRequest,
  privateCallEndResponse,
  userProfileRequest,
  userProfileResponse,
]

const dataMoved: readonly Binding[] = [
  privateCallRequestByMessage,
  privateCallResponseToMessage([movedStatus]),
  privateCallRedirectionByMoved,
]

/** The same release, a private call redirected by the response to its request (D7). */
export const rel18Moved: Profile = {
  ...rel18,
  name: 'rel-18-moved',
  choice: 'A private call redirection is the response 302 (Moved Temporarily) to the private call request.',
  bindings: {
    mcptt: withGroups(withCalls(callMoved)),
    mcvideo: withGroups(withCalls(callMoved)),
    mcdata: withCalls(dataMoved),
  },
}

/** Every profile by name. */
export const profiles: Readonly<Record<string, Profile>> = { [rel18.name]: rel18, [rel18Moved.name]: rel18Moved }

/** The bindings of a profile in a service and in one of its alternatives. */
export const bindingsOf = (profile: Profile, service: Service, alternative: Alternative): readonly Binding[] =>
  profile.bindings[service][alternative]
