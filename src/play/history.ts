import type { IeValues, Port } from './port.ts'

/** A stage-2 message that passed between the tester and the system under test. */
export interface Passage {
  /** `sent` by the tester. */
  readonly direction: 'sent' | 'received'
  /** Number of the message event; unknown of what the tester sent. */
  readonly seq?: number
  /** The role of the tester at its end. */
  readonly role: string
  readonly message: string
  readonly ies: IeValues
}

/** Everything that passed for one user of a case, in order: what made its preconditions hold, and the case itself. */
export type History = Passage[]

/** The same port; what passes is written down. */
export const recorded = (port: Port, history: History): Port => ({
  ...port,
  send(delivery) {
    history.push({ direction: 'sent', role: delivery.from, message: delivery.message, ies: delivery.ies })
    return port.send(delivery)
  },
  async receive(until) {
    const arrival = await port.receive(until)
    if (arrival?.kind === 'message') {
      const { seq, role, message, ies } = arrival
      history.push({ direction: 'received', seq, role, message, ies })
    }
    return arrival
  },
})
