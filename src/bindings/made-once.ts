/** What is made of an argument, made once for each: every message that is read asks for the same tables of rules. Of an object it stays as long as that does. */
export function madeOnce<Of extends string | object, Made>(make: (of: Of) => Made): (of: Of) => Made {
  const byName = new Map<unknown, Made>()
  const byObject = new WeakMap<object, Made>()
  return (of) => {
    const known = typeof of === 'string' ? byName.get(of) : byObject.get(of)
    if (known !== undefined) return known
    const made = make(of)
    if (typeof of === 'string') byName.set(of, made)
    else byObject.set(of, made)
    return made
  }
}

/** Reads by something that stays, each thing once, and nothing too. What was read is shared, so that nobody may change it. */
export function readOnce<Of extends object, By extends object, Read>(
  read: (of: Of | undefined, by: By) => Read,
): (of: Of | undefined, by: By) => Read {
  const reader = madeOnce((by: By) => madeOnce((of: Of) => read(of, by)))
  const ofNothing = madeOnce((by: By) => read(undefined, by))
  return (of, by) => (of === undefined ? ofNothing(by) : reader(by)(of))
}
