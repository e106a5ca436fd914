/** Longer texts are seldom asked for twice. */
const longest = 256
const most = 2048

/** Reads texts, and those that were read lately not again: one address is asked for by several. What was read is shared, so that nobody may change it. */
export function lately<T>(read: (text: string) => T): (text: string) => T {
  let known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined || known.has(text)) return found as T
    const made = read(text)
    if (text.length > longest) return made
    // A map that is emptied leads from its old tables to the new ones: what is dead and old would keep alive what was read since.
    if (known.size === most) known = new Map()
    known.set(text, made)
    return made
  }
}
