import type { Aside, Moment } from '../flight.ts'
import { writeCancel } from '../responses.ts'
import { entities, type EntityRole } from '../world.ts'
import type { Scenario } from '../scenario.ts'
import type { Interference, Operator, Setting } from './operator.ts'

const same = () => ({ kind: 'same' }) as const
const any = () => ({ kind: 'any' }) as const

const moments: readonly Moment[] = ['at once', 'answer']
const momentOf = (p: unknown): Moment => (p === 'answer' ? 'answer' : 'at once')

const isInvite = ({ answer, within }: Scenario): boolean => answer !== undefined && within === undefined

/** Octets with other identifiers in the places named; none where one of them is not found. */
function renamed(octets: Uint8Array, patterns: readonly RegExp[]): Uint8Array | undefined {
  let text = Buffer.from(octets).toString('latin1')
  for (const pattern of patterns) {
    const changed = text.replace(pattern, '$1again-')
    if (changed === text) return undefined
    text = changed
  }
  return Buffer.from(text, 'latin1')
}

const branch = /^(Via:.*?branch=z9hG4bK)/m
const identifier = /^(Call-ID: *)/m
const tag = /^(From:.*?;tag=)/m

const aside = (
  { scenario: { from } }: Setting,
  when: Moment,
  octets: Uint8Array | undefined,
  more: Partial<Aside> = {},
): Interference => (octets === undefined ? {} : { asides: [{ when, from, octets, ...more }] })

/** A socket of ours from which the scenario sends nothing. */
const elsewhere = ({ from, legs }: Scenario): EntityRole =>
  entities.find((role) => role !== from && legs.every(({ to }) => to !== role)) ?? from

const cancelled = (p: unknown, setting: Setting): Interference =>
  aside(setting, 'first leg', writeCancel(setting.octets, p))

/** What is done to the sending of a request. */
export const requestOperators: readonly Operator[] = [
  {
    name: 'retransmit',
    clause: 'RFC 3261 17.2',
    on: 'request',
    parameters: moments,
    outcome: same,
    interfere: (p, setting) => aside(setting, momentOf(p), setting.octets),
  },
  {
    // Via says whose it is (its branch and sent-by), not where it came from.
    name: 'retransmit from another socket',
    clause: 'RFC 3261 17.2.3',
    on: 'request',
    parameters: moments,
    outcome: same,
    interfere: (p, setting) => aside(setting, momentOf(p), setting.octets, { from: elsewhere(setting.scenario) }),
  },
  {
    name: 'duplicate',
    clause: 'RFC 3261 8.2.2.2',
    on: 'request',
    parameters: moments,
    // Which of two that leave together is the first is for the receiver to say.
    outcome: (p) => ({ kind: p === 'answer' ? 'same' : 'any' }),
    anew: true,
    interfere: (p, setting) => aside(setting, momentOf(p), renamed(setting.octets, [branch])),
  },
  {
    name: 'replay',
    clause: 'RFC 3261 8.2',
    on: 'request',
    parameters: moments,
    suits: ({ within }) => within === undefined,
    // Of two that leave together either may be the one that counts.
    outcome: (p) => ({ kind: p === 'answer' ? 'same' : 'any' }),
    anew: true,
    answered: true,
    interfere: (p, setting) => aside(setting, momentOf(p), renamed(setting.octets, [branch, identifier, tag])),
  },
  {
    name: 'credentials again',
    clause: 'RFC 7616 3.4',
    on: 'request',
    parameters: [],
    suits: ({ challenged }) => challenged === true,
    outcome: same,
    answered: true,
    notTwice: 'the same credentials let another request in',
    interfere: (_p, setting) => aside(setting, 'answer', renamed(setting.octets, [branch, identifier, tag])),
  },
  {
    name: 'cancel',
    clause: 'RFC 3261 9.2',
    on: 'request',
    parameters: ['foreign branch', 'foreign tag', 'itself'],
    suits: isInvite,
    // Its branch says whose it is.
    outcome: (p) => ({ kind: p === 'foreign branch' ? 'same' : 'any' }),
    answered: true,
    interfere: cancelled,
  },
  {
    name: 'cancel early',
    clause: 'RFC 3261 9.2',
    on: 'request',
    parameters: [],
    suits: isInvite,
    outcome: any,
    interfere: (_p, setting) => aside(setting, 'at once', writeCancel(setting.octets, 'itself')),
  },
  {
    name: 'cancel late',
    clause: 'RFC 3261 9.2',
    on: 'request',
    parameters: [],
    outcome: same,
    answered: true,
    interfere: (_p, setting) => aside(setting, 'answer', writeCancel(setting.octets, 'itself')),
  },
  {
    // It has no effect on what is no INVITE.
    name: 'cancel at once',
    clause: 'RFC 3261 9.2',
    on: 'request',
    parameters: [],
    suits: (scenario) => !isInvite(scenario) && scenario.within === undefined,
    outcome: same,
    interfere: (_p, setting) => aside(setting, 'at once', writeCancel(setting.octets, 'itself')),
  },
  {
    name: 'cross',
    clause: 'RFC 3261 15',
    on: 'request',
    parameters: [0, 2, 10],
    suits: isInvite,
    outcome: any,
    interfere: (p, setting) => ({
      ...aside(setting, 'first leg', writeCancel(setting.octets, 'itself'), { after: Number(p) }),
      speech: [{ say: 'answer', after: 1 }],
    }),
  },
]
