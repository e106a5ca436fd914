import { judgeCredentials } from '../credentials.ts'
import { compareIdentities } from '../identities.ts'
import type { Scenario } from '../scenario.ts'
import { privateCall } from './private-call.ts'

/** The same by a client that is challenged (RFC 3261 22.2, TS 24.379 11.1.1.3.1.1): with credentials, and for nobody else. */
export const challengedPrivateCall: Scenario = {
  ...privateCall,
  id: 'redirection/private-call@primaryServer/5~challenged',
  title: 'private call request of a client that is challenged',
  role: 'challengingServer',
  state: 'the client is challenged',
  challenged: true,
  judge: (read, user) => [
    ...privateCall.judge(read, user),
    ...judgeCredentials(read.message, user.index),
    ...(compareIdentities(read.ies['callingParty'] ?? '', user.mcServiceId) === 'different'
      ? [
          {
            level: 'elements',
            rule: 'a call in the name of somebody else',
            clause: 'TS 24.379 11.1.1.3.1.1',
            reaction: 'refuse',
          } as const,
        ]
      : []),
  ],
}
