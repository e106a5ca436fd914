import { anyOrder, flow, step } from '#flow'
import { accepted, groupId, mcServiceId, refused } from '../vocabulary/values.ts'
import {
  iopsControllingServer,
  iopsParticipatingServer,
  otherParticipatingServer,
  participatingServer,
  secondPartnerServer,
} from './actors.ts'
import { routedThrough, switched } from './checks.ts'
import iopsGroupCall from './iops-group-call.flow.ts'
import { SwitchNotification, SwitchRefusal, SwitchRequest, SwitchResponse } from './messages.ts'
import { groupCommunications } from './services.ts'
import { communicationContinuity } from './specifications.ts'
import { controllingServer, newServer, secondServer } from './values.ts'

/** One participating server at a time serves the user: who comes second, and is not the one that was switched to, gets nothing. */
export default flow({
  id: 'continuity/second-switch',
  title: 'A second server asks for a user who has been switched',
  spec: { ...communicationContinuity, figure: 'none' },
  actors: [
    participatingServer,
    iopsParticipatingServer,
    iopsControllingServer,
    otherParticipatingServer,
    secondPartnerServer,
  ],
  // One of the two asks for a user whom the other one serves; which of them it is makes no difference.
  misbehaving: [participatingServer, secondPartnerServer],
  given: ['Both servers are in the same trust domain as the IOPS MC system'],
  preconditions: [
    {
      that: 'there is an ongoing communication in the IOPS MC system that the MC service client is participating in',
      by: iopsGroupCall,
      values: { mcServiceId, groupId },
    },
  ],
  steps: [
    step('3a', participatingServer.sends(SwitchRequest).to(iopsParticipatingServer), {
      mcServiceId,
      groupId,
      newServer,
    }),
    anyOrder(
      step('3b', iopsParticipatingServer.sends(SwitchResponse).to(participatingServer), {
        mcServiceId,
        result: accepted,
        controllingServer,
      }),
      step('4a', iopsParticipatingServer.sends(SwitchNotification).to(iopsControllingServer), {
        mcServiceId,
        groupId,
        newServer,
      }),
    ),
    step('3c', secondPartnerServer.sends(SwitchRequest).to(iopsParticipatingServer), {
      mcServiceId,
      groupId,
      newServer: secondServer,
    }),
    step('3d', iopsParticipatingServer.sends(SwitchRefusal).to(secondPartnerServer), { mcServiceId, result: refused }),
    step(4, iopsParticipatingServer.records(switched), { newServer }),
    step('4b', iopsControllingServer.records(routedThrough), { newServer }),
  ],
  services: groupCommunications,
  variants: { 'no-gateways': { title: 'MC service servers speak to each other', without: [] } },
})
