const shownAtMost = 40

/** The lines that differ, `-` as it stands and `+` as it would be, with their numbers; none when both are the same. */
export function lineDifference(before: string, after: string): readonly string[] {
  if (before === after) return []
  const [old, now] = [before.split('\n'), after.split('\n')]
  const lines: string[] = []
  let [a, b] = [0, 0]
  while (a < old.length || b < now.length) {
    if (old[a] === now[b]) {
      a += 1
      b += 1
      continue
    }
    const [lost, gained] = nextSame(old, a, now, b)
    for (; a < lost; a += 1) lines.push(`- ${a + 1}: ${old[a]}`)
    for (; b < gained; b += 1) lines.push(`+ ${b + 1}: ${now[b]}`)
  }
  if (lines.length <= shownAtMost) return lines
  return [...lines.slice(0, shownAtMost), `... and ${lines.length - shownAtMost} more lines`]
}

/** The nearest pair of equal lines after these positions, else the ends of both. */
function nextSame(old: readonly string[], a: number, now: readonly string[], b: number): readonly [number, number] {
  const furthest = old.length - a + now.length - b
  for (let distance = 1; distance <= furthest; distance += 1)
    for (let skip = 0; skip <= distance; skip += 1) {
      const [i, j] = [a + skip, b + distance - skip]
      if (i < old.length && j < now.length && old[i] === now[j]) return [i, j]
    }
  return [old.length, now.length]
}
