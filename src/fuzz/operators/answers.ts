import type { Spoken } from '../flight.ts'
import type { Scenario } from '../scenario.ts'
import type { Operator, Outcome } from './operator.ts'

const same = (): Outcome => ({ kind: 'same' })
const isAnswered = ({ answer, within }: Scenario): boolean => answer !== undefined && within === undefined
const says =
  (...speech: readonly Spoken[]) =>
  () => ({ speech })

const ringing: Spoken = { say: 180, after: 0 }
const answered: Spoken = { say: 'answer', after: 15 }

/** What the called side of an INVITE answers. */
export const answerOperators: readonly Operator[] = [
  {
    name: 'duplicate',
    clause: 'RFC 3261 13.2.2.4',
    on: 'answer',
    parameters: [],
    suits: isAnswered,
    outcome: same,
    interfere: says(ringing, answered, { say: 'answer', after: 25 }),
  },
  {
    name: 'reorder',
    clause: 'RFC 6026 7.2',
    on: 'answer',
    parameters: [],
    suits: isAnswered,
    outcome: same,
    interfere: says(answered, { say: 180, after: 15 }),
  },
  {
    name: 'delay',
    clause: 'RFC 3261 13.2.2',
    on: 'answer',
    parameters: [200],
    suits: isAnswered,
    outcome: same,
    interfere: (p) => ({ speech: [ringing, { say: 'answer', after: Number(p) }] }),
  },
  {
    name: 'fork',
    clause: 'RFC 3261 13.2.2.4',
    on: 'answer',
    parameters: [],
    suits: isAnswered,
    outcome: same,
    interfere: says(ringing, answered, { say: 'answer', after: 25, tag: 'forked' }),
  },
  {
    name: 'answer substitute',
    clause: 'RFC 3261 13.2.2.3',
    on: 'answer',
    parameters: [300, 302, 404, 480, 486, 488, 500, 603, 699],
    suits: isAnswered,
    outcome: () => ({ kind: 'not granted', because: 'the called side has refused' }),
    interfere: (p) => ({ speech: [ringing, { say: Number(p), after: 15 }] }),
  },
]
