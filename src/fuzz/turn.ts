/** Waits until nobody else has the turn; whoever has it gives it back by what this returns. They have it in the order in which they came. */
export type Turn = () => Promise<() => void>

export function createTurn(): Turn {
  let last: Promise<void> = Promise.resolve()
  return async () => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    await before
    return resolve
  }
}
