import { byUser, flow, step } from '#flow'
import { PrivateCallRequest, PrivateCallResponse } from '../redirection/messages.ts'
import { client } from '../vocabulary/actors.ts'
import { privateCall } from '../vocabulary/specifications.ts'
import { accepted, automaticCommencement, floorControl, mcServiceId } from '../vocabulary/values.ts'
import { iopsControllingServer, iopsParticipatingServer, otherParticipatingServer } from './actors.ts'
import { privateCommunications } from './services.ts'
import { emergencyIndicator, otherUser } from './values.ts'

/** How a private communication comes to be ongoing in an IOPS MC system: the client calls the other user. */
export default flow({
  id: 'continuity/iops-private-call',
  title: 'A private call in an IOPS MC system',
  spec: { ...privateCall, figure: 'none' },
  actors: [client, iopsParticipatingServer, iopsControllingServer, otherParticipatingServer],
  given: ['Both MC service users are served by the IOPS MC system'],
  steps: [
    byUser(
      step(1, client.sends(PrivateCallRequest).to(iopsParticipatingServer), {
        callingParty: mcServiceId,
        calledParty: otherUser,
        floorControl,
        automaticCommencement,
        emergencyIndicator,
      }),
    ),
    step(2, iopsParticipatingServer.forwards(PrivateCallRequest).to(iopsControllingServer)),
    step(3, iopsControllingServer.forwards(PrivateCallRequest).to(otherParticipatingServer)),
    step(4, otherParticipatingServer.sends(PrivateCallResponse).to(iopsControllingServer), { result: accepted }),
    step(5, iopsControllingServer.forwards(PrivateCallResponse).to(iopsParticipatingServer)),
    step(6, iopsParticipatingServer.forwards(PrivateCallResponse).to(client)),
  ],
  services: privateCommunications,
  variants: { 'no-gateways': { title: 'within the IOPS MC system', without: [] } },
})
