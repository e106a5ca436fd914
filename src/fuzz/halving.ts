/** Who of them has stopped the target, found by halving; nobody when none does it by itself. `kills` leaves a target that serves. */
export async function whoOf<T>(
  all: readonly T[],
  kills: (some: readonly T[]) => Promise<boolean>,
): Promise<T | undefined> {
  let suspects = all
  while (suspects.length > 1) {
    const half = suspects.slice(0, Math.ceil(suspects.length / 2))
    suspects = (await kills(half)) ? half : suspects.slice(half.length)
  }
  return suspects.length === 1 && (await kills(suspects)) ? suspects[0] : undefined
}
