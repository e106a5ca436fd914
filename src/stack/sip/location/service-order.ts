/** A SRV record (RFC 2782). */
export interface ServiceRecord {
  /** Lower is tried first. */
  readonly priority: number
  /** Share among those of one priority. */
  readonly weight: number
  readonly port: number
  /** A name to be looked up; `.` says that the service is not offered. */
  readonly target: string
}

/** A NAPTR record (RFC 3403 4.1), of those that SIP uses: flag `s`, no regular expression (RFC 3263 4.1). */
export interface NamingRecord {
  readonly order: number
  readonly preference: number
  readonly flags: string
  readonly service: string
  /** The name whose SRV records are asked for. */
  readonly replacement: string
}

/** No zone needs more; what is beyond is not tried. */
export const mostRecords = 32

/**
 * The order in which servers are tried: by priority, and within one by lot, by weight (RFC 2782, usage rules). `random` is uniform in [0, 1).
 * None where a record says that the service is not offered.
 */
export function serviceOrder(records: readonly ServiceRecord[], random: () => number): readonly ServiceRecord[] {
  if (records.some(({ target }) => target === '.')) return []
  const left = records.toSorted((one, other) => one.priority - other.priority || one.weight - other.weight)
  const order: ServiceRecord[] = []
  while (left.length > 0 && order.length < mostRecords) {
    const priority = left[0]?.priority
    const group = left.filter((record) => record.priority === priority)
    const sum = group.reduce((total, { weight }) => total + weight, 0)
    // "choose a uniform random number between 0 and the sum computed (inclusive)": weight 0 stands first and is chosen by 0 alone.
    let ticket = Math.floor(random() * (sum + 1))
    const drawn = group.find(({ weight }) => (ticket -= weight) <= 0) ?? group[0]
    if (drawn === undefined) break
    order.push(drawn)
    left.splice(left.indexOf(drawn), 1)
  }
  return order
}

/** NAPTR records in the order they are to be used: by order, then by preference (RFC 3403 4.1). */
export const namingOrder = (records: readonly NamingRecord[]): readonly NamingRecord[] =>
  records.toSorted((one, other) => one.order - other.order || one.preference - other.preference).slice(0, mostRecords)
