/** A request for the floor as the server weighs it. */
export interface FloorClaim {
  readonly id: string
  /** 0 to 255, the highest that was negotiated at most (TS 24.380 6.3.5.3). */
  readonly priority: number
  readonly emergency: boolean
  readonly imminentPeril: boolean
}

export type FloorDecision =
  | { readonly decision: 'grant' | 'queue' | 'pre-empt' }
  /** Cause of Floor Deny (8.2.6). */
  | { readonly decision: 'deny'; readonly cause: 1 | 3 | 5 | 7 }

export interface FloorRules {
  readonly queueing: boolean
  /** Requests of this priority or a higher one take the floor from a lower one. */
  readonly preemptiveFrom: number
  /** Requests that may wait. */
  readonly longestQueue: number
}

/** Emergency goes before imminent peril, both before any priority (TS 23.379 10.6.2.6). */
const grade = ({ emergency, imminentPeril }: FloorClaim): number => (emergency ? 2 : imminentPeril ? 1 : 0)
const rank = (claim: FloorClaim): number => grade(claim) * 256 + claim.priority

/** What becomes of a request (TS 24.380 6.3.4.3, 6.3.4.4). */
export function arbitrate(
  claim: FloorClaim,
  floor: {
    readonly holder: FloorClaim | undefined
    readonly waiting: number
    readonly participants: number
    readonly receiveOnly: boolean
    /** A revocation is under way: nobody is pre-empted twice. */
    readonly revoking: boolean
  },
  rules: FloorRules,
): FloorDecision {
  if (floor.receiveOnly) return { decision: 'deny', cause: 5 }
  if (floor.participants < 2) return { decision: 'deny', cause: 3 }
  if (floor.holder === undefined) return { decision: 'grant' }
  const [own, held] = [grade(claim), grade(floor.holder)]
  const pressing =
    own > held || (own === held && claim.priority >= rules.preemptiveFrom && claim.priority > floor.holder.priority)
  if (pressing && !floor.revoking) return { decision: 'pre-empt' }
  if (!rules.queueing) return { decision: 'deny', cause: 1 }
  return floor.waiting >= rules.longestQueue ? { decision: 'deny', cause: 7 } : { decision: 'queue' }
}

/** The queue with a request in it: behind all of its rank, before all of a lower one; a former one of the same participant is replaced. */
export function enqueue<Claim extends FloorClaim>(
  queue: readonly Claim[],
  claim: Claim,
  atHead = false,
): readonly Claim[] {
  const others = queue.filter(({ id }) => id !== claim.id)
  const at = atHead ? 0 : others.findIndex((one) => rank(one) < rank(claim))
  return at === -1 ? [...others, claim] : [...others.slice(0, at), claim, ...others.slice(at)]
}
