import type { ClientTransaction, Outcome } from './stack.ts'

/**
 * A request that is too large for UDP goes by TCP, and by UDP after all where the peer has no TCP (RFC 3261 18.1.1): one transaction to
 * him who sent it.
 */
export function overTcpElseUdp(overTcp: ClientTransaction, overUdp: () => ClientTransaction): ClientTransaction {
  let current = overTcp
  let heard = false
  let abandoned = false
  const forward = (to: ClientTransaction): void => {
    to.onProvisional = (message) => {
      heard = true
      transaction.onProvisional?.(message)
    }
    to.onSuccessAgain = (message) => transaction.onSuccessAgain?.(message)
  }
  const settle = (outcome: Outcome): Outcome | Promise<Outcome> => {
    if (outcome.kind !== 'transport-error' || heard || abandoned) return outcome
    const further = overUdp()
    forward(further)
    current = further
    return further.final
  }
  const transaction: ClientTransaction = {
    get key() {
      return current.key
    },
    get octets() {
      return current.octets
    },
    onProvisional: undefined,
    onSuccessAgain: undefined,
    final: overTcp.final.then(settle),
    retransmit: () => current.retransmit(),
    cancel: (fields) => current.cancel(fields),
    cancelTimers: () => current.cancelTimers(),
    abandon() {
      abandoned = true
      current.abandon()
    },
  }
  forward(overTcp)
  return transaction
}
