import type { Clock } from './clock.ts'

/** What is remembered of a transaction that has had its final response, for as long as its Timer J, K, L or M says. */
export interface Remembrance {
  readonly branch: string
  readonly sentBy: string
  readonly method: string
  /** Of the branch: `hashOfText`. */
  readonly hash: number
  /** What is sent again when it is asked for: a response, or an ACK. */
  readonly octets: Uint8Array
  /** Where to, in the words of whoever remembers. */
  readonly place: string
  /** A number of his, 32 bits. */
  readonly mark: number
  /** Octets of its request, for the limit. */
  readonly size: number
  /** `NaN` where there is none. */
  readonly origin: number
}

/**
 * The finished transactions of an element, as octets: they are most of what it holds, live for 5 to 32 seconds, and as objects would be copied twice
 * and marked again and again by what collects garbage.
 */
export interface TransactionMemory {
  readonly count: number
  /** Sum of their sizes. */
  readonly size: number
  /** When the oldest was added: milliseconds of the clock; `Infinity` when there is none. */
  readonly oldest: number
  /** False when it cannot be: a text of it is not ASCII. */
  remember(one: Remembrance, ms: number): boolean
  /** The number of the first one of a hash, `none` when there is none; what is known by it ends with the next turn. */
  first(hash: number): number
  next(entry: number): number
  isBranch(entry: number, octets: Uint8Array, start: number, end: number): boolean
  isSentBy(entry: number, octets: Uint8Array, start: number, end: number): boolean
  isMethod(entry: number, method: string): boolean
  find(hash: number, branch: string, sentBy: string, method: string): number
  read(entry: number): Remembrance
  knowsOrigin(origin: number): boolean
  forget(entry: number): void
  /** False when there is none. */
  forgetOldest(): boolean
  clear(): void
}

/** No entry. */
export const none = -1

/** Those that are remembered equally long, in the order they came. */
interface Lane {
  readonly ms: number
  oldest: number
  newest: number
  chunk: Chunk
  used: number
  alarm: { cancel(): void } | undefined
}

/** Octets of transactions that came one after the other; free again when the last of them has gone. */
interface Chunk {
  readonly octets: Buffer
  live: number
}

const chunkSize = 256 * 1024
const mostSpare = 8

// What an entry says in whole numbers, one after the other in one array.
const width = 16
const [HASH, NEXT, OLDER, NEWER, LANE, START, BRANCH, SENT_BY, METHOD, PLACE, OCTETS, MARK, SIZE, NEXT_ORIGIN] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
] as const

export function createTransactionMemory(clock: Clock): TransactionMemory {
  let capacity = 256
  let numbers = new Int32Array(capacity * width)
  let since = new Float64Array(capacity)
  let origins = new Float64Array(capacity)
  let byHash = new Int32Array(capacity).fill(none)
  let byOrigin = new Int32Array(capacity).fill(none)
  const chunks: (Chunk | undefined)[] = []
  const lanes: Lane[] = []
  const spare: Buffer[] = []
  let free = none
  let used = 0
  let count = 0
  let size = 0

  const get = (entry: number, what: number): number => numbers[entry * width + what] ?? none
  const set = (entry: number, what: number, value: number): void => {
    numbers[entry * width + what] = value
  }
  const octetsOf = (entry: number): Buffer => (chunks[entry] as Chunk).octets

  const link = (entry: number): void => {
    const place = get(entry, HASH) & (capacity - 1)
    set(entry, NEXT, byHash[place] ?? none)
    byHash[place] = entry
    const origin = origins[entry] ?? Number.NaN
    if (Number.isNaN(origin)) return
    const originPlace = placeOfOrigin(origin)
    set(entry, NEXT_ORIGIN, byOrigin[originPlace] ?? none)
    byOrigin[originPlace] = entry
  }
  const placeOfOrigin = (origin: number): number => Math.trunc(origin / 2 ** 21) & (capacity - 1)
  const unlink = (heads: Int32Array, place: number, following: number, entry: number): void => {
    let before = none
    for (let at = heads[place] ?? none; at !== none; at = get(at, following)) {
      if (at === entry) {
        if (before === none) heads[place] = get(entry, following)
        else set(before, following, get(entry, following))
        return
      }
      before = at
    }
  }
  const grow = (): void => {
    const [formerNumbers, formerSince, formerOrigins] = [numbers, since, origins]
    capacity *= 2
    numbers = new Int32Array(capacity * width)
    since = new Float64Array(capacity)
    origins = new Float64Array(capacity)
    numbers.set(formerNumbers)
    since.set(formerSince)
    origins.set(formerOrigins)
    byHash = new Int32Array(capacity).fill(none)
    byOrigin = new Int32Array(capacity).fill(none)
    // All of them are in use when there is no free one.
    for (let entry = 0; entry < used; entry += 1) link(entry)
  }
  const newEntry = (): number => {
    if (free !== none) {
      const entry = free
      free = get(entry, NEXT)
      return entry
    }
    if (used === capacity) grow()
    used += 1
    return used - 1
  }

  const newChunk = (octets: number): Chunk => ({
    octets: octets <= chunkSize ? (spare.pop() ?? Buffer.allocUnsafeSlow(chunkSize)) : Buffer.allocUnsafeSlow(octets),
    live: 0,
  })
  const laneOf = (ms: number): number => {
    for (let at = 0; at < lanes.length; at += 1) if (lanes[at]?.ms === ms) return at
    lanes.push({ ms, oldest: none, newest: none, chunk: newChunk(0), used: 0, alarm: undefined })
    return lanes.length - 1
  }
  const release = (chunk: Chunk): void => {
    if (chunk.live === 0 && chunk.octets.length === chunkSize && spare.length < mostSpare) spare.push(chunk.octets)
  }
  const arm = (lane: Lane): void => {
    if (lane.alarm !== undefined || lane.oldest === none) return
    const left = (since[lane.oldest] ?? 0) + lane.ms - clock.now()
    lane.alarm = clock.after(Math.max(0, left), () => serve(lane))
  }
  const serve = (lane: Lane): void => {
    lane.alarm = undefined
    const now = clock.now()
    while (lane.oldest !== none && (since[lane.oldest] ?? 0) + lane.ms <= now) forget(lane.oldest)
    arm(lane)
  }
  const oldestLane = (): Lane | undefined => {
    let oldest: Lane | undefined
    for (const lane of lanes)
      if (lane.oldest !== none && (oldest === undefined || (since[lane.oldest] ?? 0) < (since[oldest.oldest] ?? 0)))
        oldest = lane
    return oldest
  }

  const forget = (entry: number): void => {
    const lane = lanes[get(entry, LANE)]
    const chunk = chunks[entry]
    if (lane === undefined || chunk === undefined) return
    unlink(byHash, get(entry, HASH) & (capacity - 1), NEXT, entry)
    const origin = origins[entry] ?? Number.NaN
    if (!Number.isNaN(origin)) unlink(byOrigin, placeOfOrigin(origin), NEXT_ORIGIN, entry)
    const [older, newer] = [get(entry, OLDER), get(entry, NEWER)]
    if (older === none) lane.oldest = newer
    else set(older, NEWER, newer)
    if (newer === none) lane.newest = older
    else set(newer, OLDER, older)
    chunk.live -= 1
    if (chunk !== lane.chunk) release(chunk)
    else if (chunk.live === 0) lane.used = 0
    chunks[entry] = undefined
    count -= 1
    size -= get(entry, SIZE)
    set(entry, NEXT, free)
    free = entry
    // With nothing left to wait for, nothing keeps the process alive.
    if (lane.oldest === none) {
      lane.alarm?.cancel()
      lane.alarm = undefined
    }
  }

  const isAt = (
    entry: number,
    from: number,
    length: number,
    octets: Uint8Array,
    start: number,
    end: number,
  ): boolean => {
    if (end - start !== length) return false
    const known = octetsOf(entry)
    for (let at = 0; at < length; at += 1) if (known[from + at] !== octets[start + at]) return false
    return true
  }
  const isText = (entry: number, from: number, length: number, text: string): boolean => {
    if (text.length !== length) return false
    const known = octetsOf(entry)
    for (let at = 0; at < length; at += 1) if (known[from + at] !== text.charCodeAt(at)) return false
    return true
  }
  const sentByAt = (entry: number): number => get(entry, START) + get(entry, BRANCH)
  const methodAt = (entry: number): number => sentByAt(entry) + get(entry, SENT_BY)
  const isMethod = (entry: number, method: string): boolean =>
    isText(entry, methodAt(entry), get(entry, METHOD), method)
  const first = (hash: number): number => {
    let entry = byHash[hash & (capacity - 1)] ?? none
    while (entry !== none && get(entry, HASH) !== hash) entry = get(entry, NEXT)
    return entry
  }
  const next = (entry: number): number => {
    const hash = get(entry, HASH)
    let other = get(entry, NEXT)
    while (other !== none && get(other, HASH) !== hash) other = get(other, NEXT)
    return other
  }

  return {
    get count() {
      return count
    },
    get size() {
      return size
    },
    get oldest() {
      const lane = oldestLane()
      return lane === undefined ? Infinity : (since[lane.oldest] ?? 0)
    },
    remember({ branch, sentBy, method, hash, octets, place, mark, size: ofRequest, origin }, ms) {
      const needed = branch.length + sentBy.length + method.length + place.length + octets.length
      const number = laneOf(ms)
      const lane = lanes[number] as Lane
      if (lane.used + needed > lane.chunk.octets.length) {
        const full = lane.chunk
        lane.chunk = newChunk(needed)
        lane.used = 0
        release(full)
      }
      const { chunk, used: start } = lane
      const into = chunk.octets
      let at = writeText(into, start, branch)
      at = writeText(into, at, sentBy)
      at = writeText(into, at, method)
      at = writeText(into, at, place)
      if (at === none) return false
      into.set(octets, at)
      const entry = newEntry()
      const base = entry * width
      numbers[base + HASH] = hash
      numbers[base + OLDER] = lane.newest
      numbers[base + NEWER] = none
      numbers[base + LANE] = number
      numbers[base + START] = start
      numbers[base + BRANCH] = branch.length
      numbers[base + SENT_BY] = sentBy.length
      numbers[base + METHOD] = method.length
      numbers[base + PLACE] = place.length
      numbers[base + OCTETS] = octets.length
      numbers[base + MARK] = mark
      numbers[base + SIZE] = ofRequest
      // Whole milliseconds, rounded up: never early.
      since[entry] = Math.ceil(clock.now())
      origins[entry] = origin
      chunks[entry] = chunk
      chunk.live += 1
      lane.used = start + needed
      if (lane.newest === none) lane.oldest = entry
      else set(lane.newest, NEWER, entry)
      lane.newest = entry
      link(entry)
      count += 1
      size += ofRequest
      arm(lane)
      return true
    },
    first,
    next,
    isBranch: (entry, octets, start, end) => isAt(entry, get(entry, START), get(entry, BRANCH), octets, start, end),
    isSentBy: (entry, octets, start, end) => isAt(entry, sentByAt(entry), get(entry, SENT_BY), octets, start, end),
    isMethod,
    find(hash, branch, sentBy, method) {
      let entry = first(hash)
      while (
        entry !== none &&
        !(
          isText(entry, get(entry, START), get(entry, BRANCH), branch) &&
          isText(entry, sentByAt(entry), get(entry, SENT_BY), sentBy) &&
          isMethod(entry, method)
        )
      )
        entry = next(entry)
      return entry
    },
    read(entry) {
      const octets = octetsOf(entry)
      let at = get(entry, START)
      const text = (length: number): string => {
        at += length
        return octets.toString('latin1', at - length, at)
      }
      return {
        branch: text(get(entry, BRANCH)),
        sentBy: text(get(entry, SENT_BY)),
        method: text(get(entry, METHOD)),
        hash: get(entry, HASH),
        place: text(get(entry, PLACE)),
        // A copy: it may be forgotten before it has left.
        octets: Buffer.from(octets.subarray(at, at + get(entry, OCTETS))),
        mark: get(entry, MARK),
        size: get(entry, SIZE),
        origin: origins[entry] ?? Number.NaN,
      }
    },
    knowsOrigin(origin) {
      let entry = byOrigin[placeOfOrigin(origin)] ?? none
      while (entry !== none && origins[entry] !== origin) entry = get(entry, NEXT_ORIGIN)
      return entry !== none
    },
    forget,
    forgetOldest() {
      const lane = oldestLane()
      if (lane === undefined) return false
      forget(lane.oldest)
      return true
    },
    clear() {
      for (const lane of lanes) while (lane.oldest !== none) forget(lane.oldest)
    },
  }
}

/** Where it ends; `none` when it is not ASCII. */
function writeText(into: Buffer, start: number, text: string): number {
  if (start === none) return none
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > 0x7e) return none
    into[start + at] = code
  }
  return start + text.length
}
