/** Waits until nobody else has the turn; whoever has it gives it back by what this returns. They have it in the order in which they came. */
export interface Turn {
  (): Promise<() => void>
  /** Whether somebody waits for it. */
  readonly isWanted: boolean
}

export function createTurn(): Turn {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0
  const turn = async (): Promise<() => void> => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    waiting += 1
    await before
    waiting -= 1
    return resolve
  }
  return Object.defineProperty(turn, 'isWanted', { get: () => waiting > 0 }) as Turn
}
