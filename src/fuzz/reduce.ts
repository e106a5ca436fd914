/**
 * The smallest part of a list that still fails, in its order (ddmin, Zeller and Hildebrandt 2002): halves first, then what is left when one piece is taken
 * out. `fails` is asked of several lists at once and answers with the first of them that does.
 */
export async function reduceList<T>(
  list: readonly T[],
  fails: (candidates: readonly (readonly T[])[]) => Promise<readonly T[] | undefined>,
): Promise<readonly T[]> {
  let kept = list
  let pieces = 2
  while (kept.length > 0) {
    const size = Math.ceil(kept.length / pieces)
    const chunks: (readonly T[])[] = []
    for (let from = 0; from < kept.length; from += size) chunks.push(kept.slice(from, from + size))
    const without = chunks.map((_, index) => chunks.filter((_chunk, other) => other !== index).flat())
    const smaller = await fails([...(chunks.length > 2 ? chunks : []), ...without])
    if (smaller !== undefined) {
      kept = smaller
      pieces = Math.max(2, Math.min(pieces - 1, kept.length))
    } else if (pieces >= kept.length) return kept
    else pieces = Math.min(kept.length, 2 * pieces)
  }
  return kept
}
