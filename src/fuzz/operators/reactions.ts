import type { Scenario } from '../scenario.ts'
import type { Operator, Outcome } from './operator.ts'

const same = (): Outcome => ({ kind: 'same' })
const reacts = ({ react, within }: Scenario): boolean => react !== undefined && within === undefined
const decided = 'TR 23.781 6.x.1 step 11'

/** What the system on the other side sends because it was asked. */
export const reactionOperators: readonly Operator[] = [
  {
    name: 'retransmit',
    clause: 'RFC 3261 17.2.2',
    on: 'reaction',
    parameters: [],
    suits: reacts,
    outcome: same,
    interfere: () => ({ reactionTimes: [{ after: 2 }, { after: 10 }] }),
  },
  {
    name: 'delay',
    clause: decided,
    on: 'reaction',
    parameters: [200],
    suits: reacts,
    outcome: same,
    interfere: (p) => ({ reactionTimes: [{ after: Number(p) }] }),
  },
  {
    name: 'drop',
    clause: decided,
    on: 'reaction',
    parameters: [],
    suits: reacts,
    outcome: () => ({ kind: 'not granted', because: 'the other system has not answered' }),
    // Who waits for it gives up after a while, and says so.
    interfere: () => ({ reactionTimes: [], patience: 3000 }),
  },
  {
    name: 'answer substitute',
    clause: decided,
    on: 'reaction',
    parameters: [302, 404, 480, 499, 500, 503, 603, 699],
    suits: reacts,
    outcome: () => ({ kind: 'not granted', because: 'the other system has refused to be asked' }),
    interfere: (p) => ({ reactionTimes: [], said: [{ say: Number(p), after: 0 }], patience: 3000 }),
  },
  {
    // It answers nothing: whoever asks later is asked about like anybody else.
    name: 'wrong direction',
    clause: decided,
    on: 'reaction',
    parameters: [],
    suits: reacts,
    outcome: same,
    interfere: (_p, { unasked }) => {
      const sent = unasked()
      return sent === undefined ? {} : { asides: [{ when: 'before', ...sent }] }
    },
  },
]
