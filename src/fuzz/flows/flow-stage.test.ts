import { expect, test } from 'vitest'
import type { FuzzCase } from '../case.ts'
import { randomFrom } from '../random.ts'
import { flowCase } from './flow-case.ts'
import { plannedEdits, plannedOperations, plannedRaces } from './flow-plan.ts'
import { longOperators } from './flow-operators.ts'
import { openFlowStage, type FlowStage } from './flow-stage.ts'

const call = 'redirection/private-call@primaryServer/as-written#mcptt,no-gateways,udp'
const authorization = 'migration/service-authorization@partnerServer/as-written#no-gateways,publish,udp'

async function onStage<T>(role: string, defects: readonly string[], use: (stage: FlowStage) => Promise<T>): Promise<T> {
  const stage = await openFlowStage({ roles: [role], defects })
  try {
    return await use(stage)
  } finally {
    await stage.close()
  }
}

const operated = (op: string, at: string, p: string): FuzzCase => flowCase(call, [], [{ op, at, p }])

test.each<readonly [string, string, FuzzCase, string]>([
  [
    'primaryServer',
    'reinvite-answered-from-cache',
    operated('re-INVITE', '6', 'twice'),
    'no answer to the INVITE beside the flow',
  ],
  [
    'primaryServer',
    'route-set-replaced',
    operated('re-INVITE', '6', 'with Record-Route, and the called side hangs up'),
    'a BYE follows a route that did not make its dialog',
  ],
  [
    'primaryServer',
    'any-tag-ends-call',
    operated('wrong dialog', '6', 'BYE, other To tag'),
    'a request of no dialog is granted: BYE, other To tag',
  ],
  [
    'primaryServer',
    'sent-by-unmatched',
    operated('two with one branch', '6', 'OPTIONS'),
    'no answer to the OPTIONS beside the flow',
  ],
  [
    'primaryServer',
    'acknowledgement-ignored',
    operated('long call', '6', 'past the repetitions'),
    'a 2xx to an INVITE is sent again though it was acknowledged',
  ],
  [
    'primaryServer',
    'acknowledgement-awaited-briefly',
    flowCase(
      'migration/return-during-private-communication@primaryServer/as-written#mcptt,no-gateways,register,udp',
      [],
      [{ op: 'acknowledge late', at: '6', p: 'past the repetitions' }],
    ),
    'a call is given up whose ACK may still come',
  ],
  [
    'primaryServer',
    'acknowledgement-of-any-number-taken',
    flowCase(
      'migration/return-during-private-communication@primaryServer/as-written#mcptt,no-gateways,register,udp',
      [],
      [{ op: 'acknowledge another number', at: '6', p: 'past the repetitions' }],
    ),
    'an ACK with the number of another request is taken for that of a 2xx',
  ],
  [
    'primaryServer',
    'newer-migration-lost-in-race',
    flowCase(
      'migration/consecutive-migration@primaryServer/as-written#no-gateways,udp',
      [],
      [{ op: 'crossing', at: '1.3', p: 'an earlier request of the same kind' }],
    ),
    'step 1.7: the primary MC service server holds that the MC service user is marked as having migrated',
  ],
  [
    'primaryServer',
    'refused-migration-ends-former',
    flowCase(call, [], [{ op: 'a broken one in between', at: '1', p: 'a system of nobody' }]),
    'step 3: the procedure succeeds when every check succeeds (result)',
  ],
  [
    'partnerServer',
    'late-response-granted',
    flowCase(authorization, [], [{ op: 'delay', at: '8', p: 'beyond the timer' }]),
    'step 11: the partner MC service server holds not that the MC service user is service authorized on the partner MC system',
  ],
  [
    'partnerServer',
    'absent-visitor-unhandled',
    flowCase('redirection/private-call@partnerServer/5c~foreign:calledParty.stranger#mcptt,both-gateways,udp'),
    'answered 500',
  ],
  [
    'partnerGateway',
    'redirected-call-taken-for-answered',
    flowCase(
      'redirection/private-call@partnerGateway/as-written#mcptt,both-gateways,udp',
      [],
      [{ op: 'answer substitute', at: '5f', p: '302' }],
    ),
    'step 5g: nothing is granted or passed on when what left in the private call response of step 5f is as it was (what left)',
  ],
  [
    'partnerGateway',
    'reason-phrase-passed-on',
    flowCase(
      'redirection/private-call@partnerGateway/as-written#mcptt,both-gateways,udp',
      [],
      [{ op: 'answer substitute', at: '5f', p: '488' }],
    ),
    'an address of the inside is seen outside in the start line of a response',
  ],
  [
    'primaryGateway',
    'refused-reinvite-moves-target',
    flowCase(
      'redirection/private-call@primaryGateway/as-written#mcptt,both-gateways,udp',
      [],
      [
        {
          op: 're-INVITE with another session',
          at: '6a',
          p: 'of other ports, another Contact, and the called side hangs up',
        },
      ],
    ),
    'a BYE is addressed to a contact that is none of the other side any more',
  ],
  [
    'primaryGateway',
    'dialog-outlives-bye',
    flowCase(
      'redirection/private-call@primaryGateway/as-written#mcptt,both-gateways,udp',
      [],
      [{ op: 'request after the end', at: '6a', p: 'BYE' }],
    ),
    'a request of a session that is over is granted: BYE',
  ],
  [
    'partnerServer',
    'served-user-renews-unchecked',
    flowCase(
      'migration/service-deauthorization@partnerServer/as-written#both-gateways,publish,udp',
      [],
      [{ op: 'spoilt credentials in between', at: '1', p: 'another signature' }],
    ),
    'credentials that nobody signed are taken: what they ask for leaves',
  ],
  [
    'primaryServer',
    'expiry-ends-answered-call',
    flowCase(
      'migration/during-private-communication@primaryServer/as-written#mcptt,no-gateways,udp',
      [],
      [{ op: 'expiring invitation', at: '1', p: 'a call that outlasts it' }],
    ),
    'a call is ended because the invitation to it has expired',
  ],
  [
    'primaryServer',
    'repeated-success-not-acknowledged',
    flowCase(
      'migration/during-private-communication@primaryServer/as-written#mcptt,no-gateways,udp',
      [],
      [{ op: 'retransmit', at: '1d', p: 'later' }],
    ),
    'a 2xx to an INVITE that comes again is not acknowledged again',
  ],
  [
    'primaryServer',
    'late-cancel-ends-call',
    flowCase(
      'migration/return-during-private-communication@primaryServer/as-written#mcptt,no-gateways,register,udp',
      [],
      [{ op: 'cancel once answered', at: '6', p: 'acknowledged' }],
    ),
    'a call that was answered is ended by a CANCEL of its INVITE',
  ],
  [
    'partnerServer',
    'cancelled-call-engages-user',
    flowCase(
      'migration/during-private-communication@partnerServer/as-written#mcptt,no-gateways,udp',
      [],
      [{ op: 'cancelled before', at: '1c', p: 'the answer' }],
    ),
    'step 1d: the procedure succeeds when every check succeeds (result)',
  ],
  [
    'participatingServer',
    'cancelled-call-rings-on',
    flowCase(
      'continuity/private-call@participatingServer/as-written#mcptt,no-gateways,udp',
      [],
      [{ op: 'cancelled before', at: '6a', p: 'the answer' }],
    ),
    'a call that its caller has cancelled goes on ringing',
  ],
  [
    'primaryServer',
    'refusal-sent-once',
    operated('acknowledge a refusal late', '5f', 'of the called side'),
    'a refusal of an INVITE that nobody acknowledges is not sent again',
  ],
  [
    'primaryServer',
    'route-set-not-reversed',
    operated('two on the route', '5f', 'of a header field each'),
    'an ACK does not follow the route set of its dialog',
  ],
  [
    'primaryServer',
    'route-set-of-caller-forgotten',
    operated('two on the route back', '5', 'of one header field'),
    'a BYE does not follow the route set of its dialog',
  ],
  [
    'participatingServer',
    'given-up-switch-ends-next',
    flowCase(
      'continuity/private-call@participatingServer/as-written#mcptt,no-gateways,udp',
      [],
      [{ op: 'begun before', at: '3b', p: 'the next waits' }],
    ),
    'step 6b: the procedure succeeds when every check succeeds (result)',
  ],
  [
    'client',
    'redirection-followed-again',
    flowCase(
      'redirection/consecutive-migration@callingClient/as-written#mcptt,no-gateways,udp',
      [],
      [{ op: 'replay', at: '5', p: 'at once' }],
    ),
    'a MESSAGE that comes again makes another call',
  ],
  [
    'primaryServer',
    'refused-streams-left-out',
    flowCase(
      'migration/return-during-private-communication@primaryServer/as-written#mcptt,no-gateways,publish,udp',
      [],
      [{ op: 'offer of one more stream', at: '6', p: 'of another sort' }],
    ),
    'the answer has other streams than the offer',
  ],
  [
    'primaryGateway',
    'identity-written-unescaped',
    flowCase('migration/service-authorization@primaryGateway/as-written#both-gateways,udp', [
      {
        at: '4',
        path: 'body[0]/mcpttinfo/anyExt/primary-mcptt-id/mcpttURI.text',
        kind: 'XML text',
        layer: 'a',
        p: 'ampersand inside',
      },
    ]),
    'the mcptt-info towards primaryServer is broken',
  ],
  [
    'partnerGateway',
    'body-of-refusal-passed-on',
    flowCase(
      'redirection/private-call@partnerGateway/as-written#mcptt,partner-gateway-only,udp',
      [],
      [{ op: 'answer substitute', at: '5f', p: '603' }],
    ),
    'an address of the inside is seen outside in the body of a response',
  ],
  [
    'partnerServer',
    'stray-acknowledgement-answered',
    flowCase(authorization, [], [{ op: 'inject', at: '1', p: 'ACK of nobody' }]),
    'an ACK is answered',
  ],
  [
    'partnerGateway',
    'reason-phrase-passed-on',
    flowCase(
      'redirection/private-call@partnerGateway/as-written#mcptt,both-gateways,udp',
      [],
      [{ op: 'many provisional responses', at: '5f', p: '10' }],
    ),
    'an address of the inside is seen outside in the start line of a response',
  ],
  [
    'partnerServer',
    'temporary-identity-of-pending-user',
    flowCase(authorization, [], [{ op: 'at the same time', at: 'flow', p: 8 }]),
    'step 11: temporaryId in the migration service authorization response from the partner MC service server is the one of this procedure (temporaryId)',
  ],
])('%s: %s is found', { timeout: 60_000 }, async (role, defect, one, what) => {
  const [right, wrong] = [
    await onStage(role, [], (stage) => stage.play(one)),
    await onStage(role, [defect], (stage) => stage.play(one)),
  ]
  expect(right.complaints).toEqual([])
  expect(wrong.complaints.map((each) => each.what)).toContain(what)
})

test(
  'who is meant is asked in other letters in each flow, whatever was asked in another',
  { timeout: 60_000 },
  async () => {
    const consecutive = 'migration/consecutive-migration@primaryServer/as-written#no-gateways,udp'
    await onStage('primaryServer', ['former-migration-end-in-other-letters-recorded'], async (stage) => {
      await Promise.all(stage.written.map(({ id }) => stage.play(flowCase(id))))
      const planned = [...plannedEdits(stage, () => 0.5).cases].filter(
        ({ scenario, edits: [edit] }) =>
          scenario === consecutive && edit?.at === '2.3' && edit.p === 'domain in upper case',
      )
      expect(planned.length).toBeGreaterThan(0)
      const played = await Promise.all(planned.map((one) => stage.play(one)))
      expect(played.flatMap(({ complaints }) => complaints.map(({ what }) => what))).not.toEqual([])
    })
  },
)

test('a call is disturbed at every message of the tester', { timeout: 60_000 }, async () => {
  const steps = await onStage('primaryServer', [], async (stage) => {
    await stage.play(flowCase(call))
    return plannedOperations(stage, () => 0.5).flatMap(({ ops }) => ops.map(({ at, op }) => `${at} ${op}`))
  })
  expect(steps).toContain('5f answer substitute')
  expect(steps).toContain('6 wrong dialog')
  expect(steps).toContain('1 cancel')
})

test('what shows by chance alone is played eight times, in another order each time', { timeout: 60_000 }, async () => {
  const [once, races] = await onStage('primaryServer', [], async (stage) => {
    await stage.play(flowCase(call))
    const operations = plannedOperations(stage, () => 0.5).map((one) => JSON.stringify(one))
    return [new Set(operations), plannedRaces(stage, randomFrom(1)).map((one) => JSON.stringify(one))] as const
  })
  const ofRound = races.length / 8
  const rounds = Array.from({ length: 8 }, (_, round) => races.slice(round * ofRound, (round + 1) * ofRound))
  expect(new Set(rounds[0]).size).toBe(ofRound)
  expect(races.filter((one) => !once.has(one))).toEqual([])
  for (const round of rounds) expect(round.toSorted()).toEqual(rounds[0]?.toSorted())
  expect(new Set(rounds.map((round) => round.join())).size).toBeGreaterThan(4)
})

test(
  'a request beside the flow is sent again as others are, where datagrams are lost',
  { timeout: 60_000 },
  async () => {
    const played = await onStage('partnerServer', ['datagrams-lost'], (stage) =>
      Promise.all(
        Array.from({ length: 30 }, () =>
          stage.play(flowCase(authorization, [], [{ op: 'inject', at: '8', p: 'unknown method' }])),
        ),
      ),
    )
    const what = played.flatMap(({ complaints }) => complaints.map((each) => each.what))
    expect(what.filter((each) => each.includes('beside the flow'))).toEqual([])
  },
)

test('what is answered once the flow is over is answered', { timeout: 60_000 }, async () => {
  const group = 'continuity/iops-group-call@iopsParticipatingServer/as-written#mcptt,no-gateways,udp'
  const edit = { at: 'end', path: 'From.uri.user', kind: 'duplicate', layer: 'a' } as const
  const one = flowCase(group, [edit], [{ op: 'at the same time', at: 'flow', p: 4 }])
  const { complaints } = await onStage('iopsParticipatingServer', ['answers-late'], (stage) => stage.play(one))
  expect(complaints).toEqual([])
})

test('each user is used once, and comes again when all are forgotten', { timeout: 60_000 }, async () => {
  const one = flowCase('migration/service-authorization@primaryGateway/as-written#both-gateways,udp')
  await onStage('primaryGateway', [], async (stage) => {
    const all: ReturnType<FlowStage['play']>[] = []
    while (stage.hasUsersFor(one)) all.push(stage.play(one))
    // The last ones of 48 are kept for those that take long, and one for what is left quiet.
    expect(all).toHaveLength(47 - longOperators)
    expect(stage.hasUsersFor({ ...one, scenario: call })).toBe(false)
    for (const { complaints } of await Promise.all(all)) expect(complaints).toEqual([])
    expect(await stage.serves(one.scenario)).toBe(true)
    await stage.turn()
    expect(stage.hasUsersFor({ ...one, ops: [{ op: 'at the same time', at: 'flow', p: 4 }] })).toBe(true)
  })
})

test('whoever was called and asks for the first time may begin with any number', { timeout: 60_000 }, async () => {
  const group = 'migration/during-group-communication@partnerServer/as-written#mcptt,both-gateways,publish,udp'
  await onStage('partnerServer', [], async (stage) => {
    const edit = { at: 'end', path: 'CSeq.sequence', kind: 'number beside', layer: 'a', p: -1 } as const
    const { complaints, expectation } = await stage.play(flowCase(group, [edit]))
    expect(complaints).toEqual([])
    expect(expectation.class).toBe('accept')
  })
})
