import { expect, test } from 'vitest'
import type { Edit, FuzzCase } from '../case.ts'
import { flowCase } from './flow-case.ts'
import { openFlowStage } from './flow-stage.ts'

const edited = (scenario: string, at: string, edit: Omit<Edit, 'at' | 'layer'>): FuzzCase =>
  flowCase(scenario, [{ at, layer: 'a', ...edit }])
const operated = (scenario: string, op: string, at: string, p: string): FuzzCase =>
  flowCase(scenario, [], [{ op, at, p }])

const switched = 'continuity/second-switch@iopsParticipatingServer/as-written#mcptt,no-gateways,udp'
const continued = 'continuity/group-call@participatingServer/as-written#mcptt,no-gateways,udp'
const redirected = 'redirection/private-call@partnerServer/as-written#mcptt,primary-gateway-only,udp'
const authorized = 'migration/service-authorization@partnerServer/as-written#primary-gateway-only,publish,udp'
const called = 'redirection/private-call@partnerServer/as-written#mcptt,no-gateways,udp'

/** What is right, and looked wrong once; by the role under test. */
const right: Readonly<Record<string, readonly FuzzCase[]>> = {
  primaryGateway: [
    // Its Call-ID is that of the flow (RFC 3261 9.1), and so is that in what answers the flow.
    operated(
      'migration/service-authorization@primaryGateway/as-written#both-gateways,udp',
      'cancel what is no INVITE',
      '4',
      'at once',
    ),
    // What is left of an address is everybody's.
    edited('migration/return-to-primary@primaryGateway/as-written#both-gateways,udp', '4', {
      path: 'Via.port',
      kind: 'remove',
    }),
    // Who records a route without `lr` routes strictly: what follows is addressed to it, and the remote target stands in Route (RFC 3261 12.2.1.1).
    edited('redirection/private-call@primaryGateway/as-written#mcptt,primary-gateway-only,udp', '5f', {
      path: 'Head',
      kind: 'add what names the sender',
      p: 'Record-Route',
    }),
  ],
  primaryServer: [
    // Whom the response does not name drops it (RFC 3261 18.1.2): no CANCEL follows, and without one the INVITE is not over.
    edited('redirection/private-call@primaryServer/as-written#mcptt,both-gateways,udp', '1', {
      path: 'Via.port',
      kind: 'number',
      p: '128',
    }),
    // What is larger than a datagram does not leave.
    edited('migration/return-to-primary@primaryServer/as-written#both-gateways,publish,udp', '1', {
      path: 'body[0]',
      kind: 'part',
      p: '65 parts',
    }),
  ],
  iopsParticipatingServer: [
    // Who asked before the one that is refused was granted something else, and keeps it.
    edited(switched, '3c', { path: 'From.line', kind: 'line', p: 'empty line after it' }),
  ],
  participatingServer: [
    // What answers a request names it by the Call-ID that left.
    edited(continued, '2a', { path: 'Call-ID', kind: 'long run', p: 'letters' }),
  ],
  partnerServer: [
    // What comes later in the dialog has the number and the tag that its sender knows of (RFC 3261 12.2.1.1).
    edited(called, '5a', { path: 'CSeq.sequence', kind: 'number', p: '1000000000' }),
    edited(called, '5a', { path: 'From.tag', kind: 'token', p: 'one character' }),
    // Whom a request names is told nothing new by what comes back to it.
    edited(redirected, '6b', { path: 'To.uri', kind: 'URI', p: 'MC service ID' }),
    edited(redirected, '5b', { path: 'To.value', kind: 'behind the address', p: 'no brackets' }),
    // It may name several requests (RFC 3261 20.21).
    edited(authorized, '9', { path: 'In-Reply-To.line', kind: 'line', p: 'another value in front' }),
    // Of the tags of so many users, some have no letter that looks like another.
    ...Array.from({ length: 12 }, () =>
      edited(called, '5a', { path: 'From.tag', kind: 'token', p: 'look-alike letters' }),
    ),
  ],
}

test.each(Object.entries(right))('nothing is said of what is right: %s', { timeout: 60_000 }, async (role, cases) => {
  const stage = await openFlowStage({ roles: [role], defects: [] })
  try {
    for (const one of cases) expect((await stage.play(one)).complaints).toEqual([])
  } finally {
    await stage.close()
  }
})
