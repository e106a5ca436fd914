/** Notes of one kind that are told one by one. */
const most = 20

/** Tells the first notes of each kind, and at the end how many more there were. */
export function createCappedNotes(tell: (text: string) => void) {
  const counts = new Map<string, number>()
  return {
    note(kind: string, text: string): void {
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      if (count <= most) tell(`${kind}${text}`)
    },
    close(): void {
      for (const [kind, count] of counts)
        if (count > most) tell(`${kind}: ${count} in all, of which the first ${most} are noted`)
    },
  }
}
export type CappedNotes = ReturnType<typeof createCappedNotes>
