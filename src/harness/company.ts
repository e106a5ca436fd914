/** One stay with a system under test. */
interface Presence {
  /** Whether nobody else was there at any time of it. */
  alone: boolean
}

/**
 * Who was with a system under test at the same time. When it stops serving, only the case that was alone with it can
 * have been the cause.
 */
export function createCompany() {
  const present = new Map<string, Set<Presence>>()
  const at = (sut: string): Set<Presence> => {
    const known = present.get(sut) ?? new Set()
    present.set(sut, known)
    return known
  }
  return {
    enter(sut: string): Presence {
      const others = at(sut)
      const presence: Presence = { alone: others.size === 0 }
      for (const other of others) other.alone = false
      others.add(presence)
      return presence
    },
    leave(sut: string, presence: Presence): void {
      at(sut).delete(presence)
    },
  }
}
