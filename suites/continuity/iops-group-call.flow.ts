import { byUser, flow, step } from '#flow'
import { client } from '../vocabulary/actors.ts'
import { accepted, groupId, mcServiceId } from '../vocabulary/values.ts'
import { iopsControllingServer, iopsParticipatingServer, otherParticipatingServer } from './actors.ts'
import { GroupCallJoinRequest, GroupCallJoinResponse } from './messages.ts'
import { groupCommunications } from './services.ts'
import { groupCallJoining } from './specifications.ts'
import { emergencyIndicator, otherUser } from './values.ts'

/** How a group communication comes to be ongoing in an IOPS MC system: another member is in it, and the client joins. */
export default flow({
  id: 'continuity/iops-group-call',
  title: 'A group call in an IOPS MC system',
  spec: { ...groupCallJoining, figure: 'none' },
  actors: [client, iopsParticipatingServer, iopsControllingServer, otherParticipatingServer],
  given: ['Both MC service users are served by the IOPS MC system, and are members of the group'],
  steps: [
    byUser(
      step(1, otherParticipatingServer.sends(GroupCallJoinRequest).to(iopsControllingServer), {
        mcServiceId: otherUser,
        groupId,
        emergencyIndicator,
      }),
    ),
    step(2, iopsControllingServer.sends(GroupCallJoinResponse).to(otherParticipatingServer), { result: accepted }),
    byUser(
      step(3, client.sends(GroupCallJoinRequest).to(iopsParticipatingServer), {
        mcServiceId,
        groupId,
        emergencyIndicator,
      }),
    ),
    step(4, iopsParticipatingServer.forwards(GroupCallJoinRequest).to(iopsControllingServer)),
    step(5, iopsControllingServer.sends(GroupCallJoinResponse).to(iopsParticipatingServer), { result: accepted }),
    step(6, iopsParticipatingServer.forwards(GroupCallJoinResponse).to(client)),
  ],
  services: groupCommunications,
  variants: { 'no-gateways': { title: 'within the IOPS MC system', without: [] } },
})
