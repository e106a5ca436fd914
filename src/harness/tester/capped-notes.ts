/** Notes of one kind that are told. */
const most = 20

/** Tells the first notes of each kind, none of them twice, and at the end how many there were where that is not all. */
export function createCappedNotes(tell: (text: string) => void) {
  const kinds = new Map<string, { count: number; readonly told: Set<string> }>()
  return {
    note(kind: string, text: string): void {
      const known = kinds.get(kind) ?? { count: 0, told: new Set() }
      kinds.set(kind, known)
      known.count += 1
      if (known.told.has(text) || known.told.size >= most) return
      known.told.add(text)
      tell(`${kind}${text}`)
    },
    close(): void {
      for (const [kind, { count, told }] of kinds)
        if (count > told.size) tell(`${kind}: ${count} in all, of which ${told.size} are noted`)
    },
  }
}
export type CappedNotes = ReturnType<typeof createCappedNotes>
