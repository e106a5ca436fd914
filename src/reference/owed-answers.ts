import type { Trouble, UserServerTransaction } from '#stack/sip'
import type { Address } from '#transport'

/** The connections on which answers are owed: what a server must bear that these are lost (RFC 3261 18.4). */
export interface OwedAnswers {
  /** Notes one, until the function that it returns is called. */
  owe(transaction: UserServerTransaction): () => void
  /** Ends the process when the connection that is lost owes answers (only ever by a defect). */
  failOn(trouble: Trouble): void
}

export function owedAnswers(): OwedAnswers {
  const owed = new Map<string, number>()
  return {
    owe({ transport, remote }) {
      if (transport === 'udp') return () => undefined
      const key = keyOf(transport, remote)
      owed.set(key, (owed.get(key) ?? 0) + 1)
      return () => {
        const left = (owed.get(key) ?? 0) - 1
        if (left > 0) owed.set(key, left)
        else owed.delete(key)
      }
    },
    failOn({ transport, remote, text }) {
      if (remote === undefined || !owed.has(keyOf(transport, remote))) return
      setImmediate(() => {
        throw new Error(`write after end: ${text}`)
      })
    },
  }
}

const keyOf = (transport: string, { address, port }: Address): string => `${transport} ${address} ${port}`
