/** Waits until nobody else has the turn; whoever has it gives it back by what this returns. They have it in the order in which they came. */
export interface Turn {
  (): Promise<() => void>
  /** Whether somebody waits for it whom whoever has it has kept waiting long enough. */
  isOverdue(): boolean
}

/** Milliseconds for which somebody may go on while others wait. */
const share = 500

export function createTurn(now: () => number): Turn {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0
  let since = now()
  const turn = async (): Promise<() => void> => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    waiting += 1
    await before
    waiting -= 1
    since = now()
    return resolve
  }
  return Object.assign(turn, { isOverdue: () => waiting > 0 && now() - since > share })
}
