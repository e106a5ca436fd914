/** A case gets a handful of messages: who sends it so much does not mean to answer it. */
const most = { messages: 100, octets: 2 * 1024 * 1024 }
/** When so many were drowned, the others are guarded better: the record of a run stays small enough to be read. */
const drownedBefore = 10
const mostThen = 25

export const intakeLimit = `at most ${most.messages} messages for one case, of ${most.octets} octets together, and ${mostThen} messages when ${drownedBefore} cases had too many`

/** Counts what comes for one case; from the first message too much on everything is left out. */
export interface Intake {
  /** How many messages were left out. */
  readonly leftOut: number
  /** Whether a message of so many octets is still looked at. */
  admits(size: number): boolean
}

/** The intakes of a run. */
export function createFloodgate() {
  let drowned = 0
  return {
    open(): Intake {
      let [messages, octets, leftOut] = [0, 0, 0]
      return {
        get leftOut(): number {
          return leftOut
        },
        admits(size: number): boolean {
          messages += 1
          octets += size
          const limit = drowned < drownedBefore ? most.messages : mostThen
          if (leftOut === 0 && messages <= limit && octets <= most.octets) return true
          if (leftOut === 0) drowned += 1
          leftOut += 1
          return false
        },
      }
    },
  }
}
export type Floodgate = ReturnType<typeof createFloodgate>
