/** Of a transaction that has been answered. */
export const unheard = {
  respond: () => new Uint8Array(),
  onCancelled: undefined,
  retransmit: () => undefined,
  repeater: { retransmit: () => undefined },
  abandon: () => undefined,
}
