import { describe, expect, test } from 'vitest'
import type { Finding } from '#verdict'
import privateCall from '../../suites/redirection/private-call.flow.ts'
import type { History, Passage } from './history.ts'
import { invariants, judgeInvariants } from './invariant.ts'
import { openLedger } from './ledger.ts'
import type { Heard } from './port.ts'
import { peerOf } from './peer.testing.ts'
import { caseOf } from './playing.testing.ts'
import type { Script } from './script.ts'
import { virtualClock } from './virtual-clock.testing.ts'

const [alice, visitor, further] = ['sip:alice@a.example', 'sip:visitor@b.example', 'sip:visitor@c.example']

const sent = (role: string, message: string, ies: Passage['ies']): Passage => ({
  direction: 'sent',
  role,
  message,
  ies,
})
const received = (seq: number, role: string, message: string, ies: Passage['ies']): Passage => ({
  ...sent(role, message, ies),
  direction: 'received',
  seq,
})

const migration = (seq: number, servedAs: string, result = 'accepted'): History => [
  sent('partnerServer', 'migration request', { mcServiceId: alice, temporaryId: servedAs }),
  received(seq, 'partnerServer', 'migration response', { mcServiceId: alice, result }),
]
/** As a primary MC system sees it, with the MC system that is asked from. */
const migrationTo = (seq: number, partnerSystem: string, servedAs: string): History => [
  sent('partnerServer', 'migration request', { mcServiceId: alice, temporaryId: servedAs, partnerSystem }),
  received(seq, 'partnerServer', 'migration response', { mcServiceId: alice, result: 'accepted' }),
]
const endAt = (partnerSystem: string): Passage =>
  sent('partnerServer', 'migration end request', { mcServiceId: alice, partnerSystem })
const bob = 'sip:bob@a.example'
const calls = (calledParty: string): Passage =>
  received(9, 'primaryServer', 'private call request', { callingParty: bob, calledParty })
const isRedirectedTo = (redirectedTo: string): Passage =>
  sent('primaryServer', 'private call redirection', { redirectedTo })
const departure = sent('partnerServer', 'migration end request', { mcServiceId: alice })
const redirection = (calledParty: string, redirectedTo: string): Passage =>
  received(9, 'callingClient', 'private call redirection', { calledParty, redirectedTo })
const call = (calledParty: string): Passage => received(9, 'calledClient', 'private call request', { calledParty })
const refusal = received(9, 'callingClient', 'private call response', { result: 'refused' })
const asked = (calledParty: string): Passage => sent('callingClient', 'private call request', { calledParty })

interface World {
  readonly role?: string
  readonly mentions?: string
  readonly reveals?: string
  readonly arrived?: readonly Heard[]
}

function judge(
  history: History,
  { role = 'primaryServer', mentions, reveals, arrived = [] }: World = {},
): readonly Finding[] {
  const findings: Finding[] = []
  const derived = caseOf(role, 'as-written#mcptt,both-gateways', privateCall)
  const clock = virtualClock()
  const script: Script = {
    derived,
    lease: {
      values: { calledParty: alice, migratedParty: visitor, furtherParty: further, callingParty: bob },
      flawed: () => '',
      same: (_kind, a, b) => a.toLowerCase() === b.toLowerCase(),
    },
    port: peerOf(
      derived,
      clock,
      {},
      {
        arrived,
        mentions: (text) => text === mentions?.replace(/^sips?:/, ''),
        reveals: (server) => (server === reveals ? [{ text: `Via: ${server}`, span: { start: 0, end: 3 } }] : []),
      },
    ),
    clock,
    timing: { answer: 2000, silence: 1500, quiet: 250, timers: {} },
    phase: 'body',
    profileSelected: true,
    claims: {},
    replay: 'mcx run once more',
    tell: (told) => (told.event === 'finding' ? findings.push(told.finding) : undefined),
  }
  judgeInvariants(script, openLedger(script), history, 0)
  return findings
}

describe('what breaks an invariant', () => {
  const rows: readonly [
    invariant: string,
    what: string,
    history: History,
    messages: readonly number[],
    world?: World,
  ][] = [
    [
      'one-serving-system',
      'a call where the user has left',
      [...migration(1, visitor), departure, call(visitor)],
      [1, 9],
    ],
    ['one-serving-system', 'a call at home of who is away', [...migration(1, visitor), call(alice)], [1, 9]],
    ['redirection-after-migration', 'nobody has migrated', [redirection(alice, visitor)], [9]],
    [
      'redirection-after-migration',
      'it was refused',
      [...migration(1, visitor, 'refused'), redirection(alice, visitor)],
      [9],
    ],
    ['redirection-after-migration', 'to another user', [...migration(1, visitor), redirection(alice, further)], [1, 9]],
    [
      'redirection-after-migration',
      'to where the user was before',
      [...migration(1, visitor), departure, ...migration(2, further), redirection(alice, visitor)],
      [2, 9],
    ],
    [
      'redirection-after-migration',
      'to where a migration has ended after the next one began',
      [
        ...migrationTo(1, 'b.example', visitor),
        ...migrationTo(2, 'c.example', further),
        endAt('b.example'),
        redirection(alice, visitor),
      ],
      [2, 9],
    ],
    [
      'end-after-migration',
      'the end of a migration that had ended before is told',
      [
        ...migrationTo(1, 'b.example', visitor),
        endAt('b.example'),
        received(9, 'partnerServer', 'migration end notification', { mcServiceId: alice, partnerSystem: 'b.example' }),
      ],
      [1, 9],
    ],
    [
      'redirections-end',
      'an identity is called again',
      [calls(alice), isRedirectedTo(visitor), calls(visitor), isRedirectedTo(alice), calls(alice)],
      [9],
      { role: 'callingClient' },
    ],
    [
      'redirections-end',
      'a sixth redirection is followed',
      [1, 2, 3, 4, 5, 6].reduce<History>(
        (before, each) => [...before, isRedirectedTo(`sip:${each}@b.example`), calls(`sip:${each}@b.example`)],
        [calls(alice)],
      ),
      [9],
      { role: 'callingClient' },
    ],
    [
      'caller-learns-only-elements',
      'the refusal names the identity',
      [...migration(1, visitor), asked(alice), refusal],
      [1, 9],
      { mentions: visitor },
    ],
    [
      'caller-learns-only-elements',
      'what comes back to a gateway server names the identity of the primary MC system',
      [
        ...migration(1, visitor),
        sent('partnerGateway', 'private call request', { callingParty: bob, calledParty: visitor }),
        received(9, 'partnerGateway', 'private call response', { result: 'accepted' }),
      ],
      [9],
      { role: 'partnerServer', mentions: alice },
    ],
    [
      'caller-learns-only-elements',
      'a response that is no message names the identity',
      [...migration(1, visitor), asked(alice)],
      [1, 9],
      { mentions: visitor, arrived: [{ seq: 9, role: 'callingClient', startLine: '180 Ringing' }] },
    ],
    [
      'home-stays-home',
      'the call of a migrated user goes on with the identity of the primary MC system',
      [
        ...migration(1, visitor),
        received(9, 'partnerServer', 'private call request', { callingParty: visitor, calledParty: bob }),
      ],
      [1, 9],
      { role: 'partnerServer', mentions: alice },
    ],
    [
      'inside-stays-inside',
      'a response of a gateway server that is no message shows the server behind it',
      [sent('primaryGateway', 'private call end request', {})],
      [9],
      {
        role: 'partnerGateway',
        reveals: 'partnerServer',
        arrived: [{ seq: 9, role: 'primaryGateway', startLine: '180 Ringing' }],
      },
    ],
    [
      'inside-stays-inside',
      'a gateway server shows the server behind it',
      [received(9, 'primaryGateway', 'private call end request', {})],
      [9],
      { role: 'partnerGateway', reveals: 'partnerServer' },
    ],
  ]
  test.each(rows)('%s: %s', (invariant, _what, history, messages, world) => {
    const findings = judge(history, world)
    expect(findings.map(({ field, verdict }) => [field, verdict])).toEqual([[invariant, 'fail']])
    expect(findings[0]?.messages).toEqual(messages)
    expect(findings[0]?.clause).toMatch(
      /^(?:TS 23\.280 10\.16\.y\.3|TR 23\.781 6\.3|docs\/bindings\.md (?:redirection-limit|departure)) step /,
    )
  })

  test('each of them can be broken', () => {
    expect(new Set(rows.map(([invariant]) => invariant))).toEqual(new Set(invariants.map(({ key }) => key)))
  })
})

describe('what is as it should be', () => {
  const rows: readonly [what: string, history: History, world?: World][] = [
    ['a redirection after the migration', [...migration(1, visitor), redirection(alice, visitor)]],
    ['however the identity is written', [...migration(1, visitor), redirection(alice, visitor.toUpperCase())]],
    [
      'back to the primary identity of who has left',
      [...migration(1, visitor), departure, redirection(visitor, alice)],
    ],
    [
      'to the second partner',
      [...migration(1, visitor), departure, ...migration(2, further), redirection(alice, further)],
    ],
    [
      'to the second partner, though the first migration ends only then',
      [
        ...migrationTo(1, 'b.example', visitor),
        ...migrationTo(2, 'c.example', further),
        endAt('b.example'),
        redirection(alice, further),
      ],
    ],
    [
      'the end of a migration that goes on',
      [
        ...migrationTo(1, 'b.example', visitor),
        sent('client', 'service authorization request', { mcServiceId: alice }),
        received(2, 'client', 'service authorization response', { result: 'accepted' }),
        received(9, 'partnerServer', 'migration end notification', { mcServiceId: alice, partnerSystem: 'b.example' }),
      ],
    ],
    [
      'the same user called once more, by no redirection',
      [calls(alice), isRedirectedTo(visitor), calls(visitor), calls(alice)],
      { role: 'callingClient' },
    ],
    ['a call of the user where the user is', [...migration(1, visitor), call(visitor)]],
    ['a call at home of who has come back', [...migration(1, visitor), departure, call(alice)]],
    ['a refusal that says nothing', [...migration(1, visitor), asked(alice), refusal]],
    [
      'a refusal that names whom the caller called',
      [...migration(1, visitor), asked(visitor), refusal],
      { mentions: visitor },
    ],
    [
      'an answer names whom a caller knows by an earlier redirection',
      [...migration(1, visitor), asked(alice), redirection(alice, visitor), asked(visitor), refusal],
      { mentions: alice },
    ],
    [
      'the call of a migrated user goes on with the identity of the partner MC system',
      [
        ...migration(1, visitor),
        received(9, 'partnerServer', 'private call request', { callingParty: visitor, calledParty: bob }),
      ],
      { role: 'partnerServer', mentions: visitor },
    ],
    [
      'a gateway server shows the server behind it to that server',
      [received(9, 'partnerServer', 'private call end response', {})],
      { role: 'partnerGateway', reveals: 'partnerServer' },
    ],
  ]
  test.each(rows)('%s', (_what, history, world) => {
    expect(judge(history, world)).toEqual([])
  })
})
