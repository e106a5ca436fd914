import type { Endpoint } from '#transport'
import type { ClientTransaction, ForwardedRequest, Outcome, OutgoingRequest, SipStack } from '../stack.ts'

export interface TurnOptions {
  /** A branch never used before, for every place after the first (RFC 3263 4.3). */
  readonly makeBranch: () => string
  /** Passed on to the stack, with each of the requests. */
  readonly tag?: unknown
  /** Told of every transaction that is begun, so that provisional responses can be seen, and an INVITE cancelled. */
  readonly onBegun?: ((transaction: ClientTransaction, place: Endpoint) => void) | undefined
}

/** What became of a request, and at which of its places. */
export interface TurnOutcome {
  readonly outcome: Outcome
  /** `undefined` where there was none. */
  readonly place: Endpoint | undefined
}

/**
 * Sends a request to the places found for it, one after the other, until one is alive (RFC 3263 4.3): a failure is a 503, an error of the transport, or silence to
 * the end. The outcome is that of the last one tried.
 */
export async function requestInTurn(
  stack: Pick<SipStack, 'request'>,
  request: OutgoingRequest | ForwardedRequest,
  places: readonly Endpoint[],
  { makeBranch, tag, onBegun }: TurnOptions,
): Promise<TurnOutcome> {
  let latest: TurnOutcome = {
    outcome: { kind: 'transport-error', text: 'nowhere to send it: no server was found (RFC 3263 4)' },
    place: undefined,
  }
  for (const [index, place] of places.entries()) {
    let heard = false
    const onProvisional = (): void => void (heard = true)
    const branched = index === 0 ? request : { ...request, branch: makeBranch() }
    const settled = Promise.withResolvers<Outcome>()
    const transaction = stack.request(branched, place, tag, { onProvisional, onFinal: settled.resolve })
    onBegun?.(transaction, place)
    latest = { outcome: await settled.promise, place }
    if (!hasFailed(latest.outcome, heard)) return latest
  }
  return latest
}

function hasFailed(outcome: Outcome, heard: boolean): boolean {
  switch (outcome.kind) {
    case 'response':
      return outcome.message.startLine.kind === 'response' && outcome.message.startLine.status === 503
    case 'transport-error':
      return true
    // "Failure also occurs if the transaction layer times out without ever having received any response, provisional or final."
    case 'timeout':
      return !heard
  }
}
