import { byUser, either, flow, step, when, type Step } from '#flow'
import { session } from '../vocabulary/conditions.ts'
import { redirectionLimit } from '../vocabulary/specifications.ts'
import { automaticCommencement, calledParty, callingParty, endToEndSecurity } from '../vocabulary/values.ts'
import { fifthTarget, firstTarget, floorControl, fourthTarget, hasMigratedReason } from '../vocabulary/values.ts'
import { secondTarget, securityDomain, sixthTarget, thirdTarget } from '../vocabulary/values.ts'
import { callingClient, primaryServer } from './actors.ts'
import { PrivateCallRedirection, PrivateCallRequest, PrivateCallRequestRelease } from './messages.ts'
import { privateCommunications, unplayedCommunications } from './services.ts'

type Identity = typeof calledParty
type Number = `${number}${string}`

const asks = (number: Number, target: Identity): Step =>
  step(number, callingClient.sends(PrivateCallRequest).to(primaryServer), {
    callingParty,
    calledParty: target,
    securityDomain,
    endToEndSecurity,
    floorControl,
    automaticCommencement,
  })

/** The MC service server redirects, and the MC service client releases its private call request. */
const isRedirected = (number: Number, release: Number, target: Identity, redirectedTo: Identity): readonly Step[] => [
  step(number, primaryServer.sends(PrivateCallRedirection).to(callingClient), {
    callingParty,
    calledParty: target,
    redirectedTo,
    securityDomain,
    reason: hasMigratedReason,
  }),
  when(session, step(release, callingClient.sends(PrivateCallRequestRelease).to(primaryServer), {})),
]

/** No text bounds the redirections of 10.16.y.3: after the last one here the MC service client calls nobody any more. */
export default flow({
  id: 'redirection/endless-redirection',
  title: 'Private call that is redirected without end',
  spec: { ...redirectionLimit, figure: 'none' },
  actors: [callingClient, primaryServer],
  misbehaving: [primaryServer],
  given: [
    'MC service server A redirects whatever it is asked for, to identities that were called before or to ever new ones',
    'MC service client 1 follows at most five redirections, and none to an identity that it has called before',
  ],
  steps: [
    byUser(
      step(1, callingClient.sends(PrivateCallRequest).to(primaryServer), {
        callingParty,
        calledParty,
        endToEndSecurity,
        floorControl,
        automaticCommencement,
      }),
    ),
    either({
      'called-before': [
        ...isRedirected('2a', '2b', calledParty, firstTarget),
        asks('3a', firstTarget),
        ...isRedirected('4a', '4b', firstTarget, calledParty),
      ],
      'too-many': [
        ...isRedirected('2c', '2d', calledParty, firstTarget),
        asks('3c', firstTarget),
        ...isRedirected('4c', '4d', firstTarget, secondTarget),
        asks('5c', secondTarget),
        ...isRedirected('6c', '6d', secondTarget, thirdTarget),
        asks('7c', thirdTarget),
        ...isRedirected('8c', '8d', thirdTarget, fourthTarget),
        asks('9c', fourthTarget),
        ...isRedirected('10c', '10d', fourthTarget, fifthTarget),
        asks('11c', fifthTarget),
        ...isRedirected('12c', '12d', fifthTarget, sixthTarget),
      ],
    }),
  ],
  services: privateCommunications,
  unplayed: unplayedCommunications,
  variants: { 'no-gateways': { title: 'no MC system employs gateway servers', without: [] } },
})
