/** One of a list of choices, and one of its own. */
export interface Draw<T extends Choice> {
  readonly one: T
  readonly p: T['parameters'][number]
}

interface Choice {
  readonly parameters: readonly unknown[]
}

/** All choices with all their parameters in an order of chance; none is made before it is asked for. */
export function* draws<T extends Choice>(
  choices: readonly T[],
  random: () => number,
): Generator<Draw<T>, void, undefined> {
  const order = new Uint32Array(choices.reduce((sum, { parameters }) => sum + parameters.length, 0))
  let filled = 0
  for (const [index, { parameters }] of choices.entries()) {
    order.fill(index, filled, filled + parameters.length)
    filled += parameters.length
  }
  const turns = Uint32Array.from(choices, ({ parameters }) => Math.floor(random() * parameters.length))
  for (let left = order.length; left > 0; left -= 1) {
    const place = Math.floor(random() * left)
    const index = order[place] ?? 0
    order[place] = order[left - 1] ?? 0
    const one = choices[index] as T
    const turn = turns[index] ?? 0
    turns[index] = turn + 1
    yield { one, p: one.parameters[turn % one.parameters.length] }
  }
}

/** In turns, one of each list. What has a name that was drawn before waits until all of other names are drawn. */
export function* inTurns<D>(lists: readonly Iterable<D>[], nameOf: (one: D) => string): Generator<D, void, undefined> {
  let rest = lists
  while (rest.length > 0) {
    const drawn = new Set<string>()
    let lanes = rest.map((list) => ({ from: list[Symbol.iterator](), later: [] as D[] }))
    const all = lanes
    while (lanes.length > 0) {
      const going: typeof lanes = []
      for (const lane of lanes) {
        const next = nextNew(lane, drawn, nameOf)
        if (next === undefined) continue
        yield next
        going.push(lane)
      }
      lanes = going
    }
    rest = all.map(({ later }) => later).filter((later) => later.length > 0)
  }
}

function nextNew<D>(
  { from, later }: { readonly from: Iterator<D>; readonly later: D[] },
  drawn: Set<string>,
  nameOf: (one: D) => string,
): D | undefined {
  for (let { value, done } = from.next(); done !== true; { value, done } = from.next()) {
    const name = nameOf(value)
    if (!drawn.has(name)) {
      drawn.add(name)
      return value
    }
    later.push(value)
  }
  return undefined
}
