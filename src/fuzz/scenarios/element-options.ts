import type { Scenario } from '../scenario.ts'
import { systemsFor } from '../world.ts'

/** RFC 3261 11: OPTIONS, which every SIP element answers; nothing of a flow. It is how other software is fuzzed, and how fast that goes is measured. */
export const elementOptions: Scenario = {
  id: 'element/options@element/1',
  title: 'OPTIONS to any SIP element',
  flow: 'element/options',
  step: '1',
  role: 'element',
  from: 'client',
  service: 'mcptt',
  alternative: 'publish',
  message: undefined,
  systems: systemsFor('element'),
  mayRefuse: true,
  state: 'any',
  ies: () => ({}),
  encode: (_ies, user, own, target) => ({
    method: 'OPTIONS',
    requestUri: target,
    from: user.mcServiceId,
    to: target,
    headers: [
      ['Contact', `<sip:caller@${own.client.address}:${own.client.port}>`],
      ['Accept', 'application/sdp'],
      ['User-Agent', 'mcx-conformance'],
      ['Date', 'Sat, 21 Nov 2026 06:00:00 GMT'],
    ],
  }),
  judge: () => [],
  legs: [],
}
