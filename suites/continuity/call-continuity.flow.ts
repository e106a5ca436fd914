import { anyOrder, byUser, dueBy, flow, speech, step, when, type Flow, type Step, type Term } from '#flow'
import { PrivateCallRequest, PrivateCallResponse } from '../redirection/messages.ts'
import { client } from '../vocabulary/actors.ts'
import { emergencyCommunication } from '../vocabulary/conditions.ts'
import { accepted, automaticCommencement, floorControl, groupId, mcServiceId, refused } from '../vocabulary/values.ts'
import { iopsControllingServer, iopsParticipatingServer } from './actors.ts'
import { otherParticipatingServer, participatingServer } from './actors.ts'
import { servedInPrimary } from '../vocabulary/checks.ts'
import { continued, emergency, iopsTrusted, primaryTrusted, routedThrough } from './checks.ts'
import { serviceAuthorizedHere, switched, takesPart } from './checks.ts'
import iopsGroupCall from './iops-group-call.flow.ts'
import iopsPrivateCall from './iops-private-call.flow.ts'
import {
  CallContinuityRequest,
  CallContinuityResponse,
  GroupCallJoinRequest,
  GroupCallJoinResponse,
  SwitchNotification,
  SwitchRefusal,
  SwitchRequest,
  SwitchResponse,
} from './messages.ts'
import primaryAttachment from './primary-attachment.flow.ts'
import { groupCommunications, privateCommunications, unplayedCommunications } from './services.ts'
import { communicationContinuity } from './specifications.ts'
import {
  controllingServer,
  emergencyIndicator,
  formerServer,
  newServer,
  otherUser,
  underFloorControl,
} from './values.ts'

/** Editor's notes of the solution, and what it does not say. */
const openPoints = [
  {
    step: '2b',
    that: 'whether the client is answered before or after the switch',
    option: 'either; the response is due when step 3b has happened',
  },
  {
    step: '2b',
    that: 'whether the client is told that the switch was refused',
    option: 'nothing is asked of it, and a late response may refuse',
  },
  {
    step: '3b',
    that: 'the details of the ongoing communication context',
    option:
      'the controlling MC service server is demanded and, of an emergency communication, the emergency indicator; the floor is seen by its effect in step 6',
  },
  {
    step: '3b',
    that: 'the security of sharing the ongoing communication context',
    option: 'in the clear between servers of one trust domain',
  },
  {
    step: '7',
    that: 'an ongoing communication of the same group in the primary MC system',
    option: 'there is none in any case',
  },
  {
    step: '7',
    that: 'the benefit of the solution in all conditions',
    option: 'not judged; the measured figures are in the report',
  },
] as const

/** What depends on the kind of the ongoing communication. */
interface Kind {
  readonly id: string
  readonly title: string
  /** What makes the communication ongoing in the IOPS MC system. */
  readonly ongoing: Flow
  /** By what the communication is named. */
  readonly named: Readonly<Record<string, Term>>
  /** Steps 7 and 6, as far as they are signalling. */
  readonly signalling: readonly Step[]
  readonly services: typeof groupCommunications | typeof privateCommunications
}

const refusal = (number: `${number}${string}`): Step =>
  step(number, participatingServer.sends(CallContinuityResponse).to(client), { mcServiceId, result: refused })

const switchRefusal = (number: `${number}${string}`): Step =>
  step(number, iopsParticipatingServer.sends(SwitchRefusal).to(participatingServer), { mcServiceId, result: refused })

/** The numbers are those of the figure; a letter stands for a part of a step. Uplink comes before what answers it downlink. */
const continuityOf = ({ id, title, ongoing, named, signalling, services }: Kind): Flow =>
  flow({
    id,
    title,
    spec: { ...communicationContinuity, figure: '6.X.2-1' },
    actors: [client, participatingServer, iopsParticipatingServer, iopsControllingServer, otherParticipatingServer],
    given: [
      { that: 'The backhaul is recovered', taken: 'so in every case; its loss after each step is swept by mcx sweep' },
      {
        that: 'There is a connection between the MC service servers of the IOPS MC system and of the primary MC system',
        taken: 'so in every case; its loss after each step is swept by mcx sweep',
      },
      {
        that: 'The IOPS MC system and the primary MC system are in the same trust domain',
        shownBy: [iopsTrusted, primaryTrusted],
        taken: 'sees no consequence of this check',
      },
    ],
    furtherStudy: openPoints,
    preconditions: [
      {
        that: 'there is an ongoing communication in the IOPS MC system that the MC service client is participating in',
        by: ongoing,
        values: { mcServiceId, ...named, emergencyIndicator },
        shownBy: takesPart,
      },
      {
        that: 'the MC service client is service authorized and affiliated in the primary MC system',
        by: primaryAttachment,
        shownBy: serviceAuthorizedHere,
      },
    ],
    steps: [
      step(1, client.records(servedInPrimary), { mcServiceId }),
      byUser(
        step('2a', client.sends(CallContinuityRequest).to(participatingServer), {
          mcServiceId,
          ...named,
          formerServer,
        }),
      ),
      step('2aa', participatingServer.checks(serviceAuthorizedHere), { otherwise: [refusal('2ab')] }),
      step('2ac', participatingServer.checks(iopsTrusted), { otherwise: [refusal('2ad')] }),
      dueBy(
        '3b',
        step('2b', participatingServer.sends(CallContinuityResponse).to(client), { mcServiceId, result: accepted }),
      ),
      step('3a', participatingServer.sends(SwitchRequest).to(iopsParticipatingServer), {
        mcServiceId,
        ...named,
        newServer,
      }),
      step('3aa', iopsParticipatingServer.checks(takesPart), { otherwise: [switchRefusal('3ab')] }),
      step('3ac', iopsParticipatingServer.checks(primaryTrusted), { otherwise: [switchRefusal('3ad')] }),
      anyOrder(
        step('3b', iopsParticipatingServer.sends(SwitchResponse).to(participatingServer), {
          mcServiceId,
          result: accepted,
          controllingServer,
          emergencyIndicator,
        }),
        step('4a', iopsParticipatingServer.sends(SwitchNotification).to(iopsControllingServer), {
          mcServiceId,
          ...named,
          newServer,
        }),
      ),
      step(4, iopsParticipatingServer.records(switched), { newServer }),
      step('4b', iopsControllingServer.records(routedThrough), { newServer }),
      when(emergencyCommunication, step('4c', iopsControllingServer.records(emergency), { emergencyIndicator })),
      step(5, participatingServer.records(continued), { controllingServer }),
      when(emergencyCommunication, step('5a', participatingServer.records(emergency), { emergencyIndicator })),
      ...signalling,
      when(
        underFloorControl,
        speech(6, {
          of: otherUser,
          along: [otherParticipatingServer, iopsControllingServer, participatingServer, client],
          insteadOf: [otherParticipatingServer, iopsControllingServer, iopsParticipatingServer, client],
          floorAt: iopsControllingServer,
        }),
      ),
      when(
        underFloorControl,
        speech(7, {
          of: mcServiceId,
          along: [client, participatingServer, iopsControllingServer, otherParticipatingServer],
          insteadOf: [client, iopsParticipatingServer, iopsControllingServer, otherParticipatingServer],
          floorAt: iopsControllingServer,
        }),
      ),
    ],
    services,
    unplayed: unplayedCommunications,
    variants: { 'no-gateways': { title: 'MC service servers speak to each other', without: [] } },
  })

export const groupCallContinuity = continuityOf({
  id: 'continuity/group-call',
  title: 'Continuity of an ongoing group communication from IOPS to macro',
  ongoing: iopsGroupCall,
  named: { groupId },
  signalling: [
    byUser(
      step('7a', client.sends(GroupCallJoinRequest).to(participatingServer), {
        mcServiceId,
        groupId,
        emergencyIndicator,
      }),
    ),
    step('7b', participatingServer.forwards(GroupCallJoinRequest).to(iopsControllingServer)),
    step('6a', iopsControllingServer.sends(GroupCallJoinResponse).to(participatingServer), { result: accepted }),
    step('6b', participatingServer.forwards(GroupCallJoinResponse).to(client)),
  ],
  services: groupCommunications,
})

export const privateCallContinuity = continuityOf({
  id: 'continuity/private-call',
  title: 'Continuity of an ongoing private communication from IOPS to macro',
  ongoing: iopsPrivateCall,
  named: { otherUser },
  signalling: [
    byUser(
      step('7a', client.sends(PrivateCallRequest).to(participatingServer), {
        callingParty: mcServiceId,
        calledParty: otherUser,
        floorControl,
        automaticCommencement,
        emergencyIndicator,
      }),
    ),
    step('7b', participatingServer.forwards(PrivateCallRequest).to(iopsControllingServer)),
    step('6a', iopsControllingServer.sends(PrivateCallResponse).to(participatingServer), { result: accepted }),
    step('6b', participatingServer.forwards(PrivateCallResponse).to(client)),
  ],
  services: privateCommunications,
})
