import type { HeardPacket } from './listener.ts'

/** The moment from which media must take the new path alone. */
export interface PathChange {
  /** Milliseconds of the listener's clock. */
  readonly at: number
  /** Ends of the path that is left, `address:port`. */
  readonly oldEnds: ReadonlySet<string>
  /** How long packets that were on their way may still come. Milliseconds. */
  readonly allowance: number
}

/** What came on which path around a change. */
export interface PathFigures {
  /** Packets on the old path after the change and its allowance. */
  readonly onOldPath: number
  /** The first of them, and the last. */
  readonly firstOnOldPath: number | undefined
  readonly lastOnOldPath: number | undefined
  /** Packets that came on both paths: two participating servers fed one listener at a time. */
  readonly onBothPaths: number
  /** From the first packet on the new path to the last on the old one; 0 when they do not overlap. Milliseconds. */
  readonly overlap: number
  /** The first packet on another path; `undefined` when none came. */
  readonly firstOnNewPath: number | undefined
}

/** How a change of path went, for one listener, all talkers together. */
export function pathFigures(heard: readonly HeardPacket[], change: PathChange): PathFigures {
  const isOld = ({ from }: HeardPacket): boolean => change.oldEnds.has(from)
  const old = heard.filter(isOld)
  const fresh = heard.filter((packet) => !isOld(packet))
  const late = old.filter(({ at }) => at > change.at + change.allowance).map(({ at }) => at)
  const said = ({ talker, counter }: HeardPacket): string => `${talker} ${counter}`
  const onNew = new Set(fresh.filter(({ talker }) => talker !== undefined).map(said))
  const firstOnNewPath = least(fresh.map(({ at }) => at))
  const lastOld = most(old.map(({ at }) => at))
  return {
    onOldPath: late.length,
    firstOnOldPath: least(late),
    lastOnOldPath: most(late),
    onBothPaths: new Set(old.map(said).filter((one) => onNew.has(one))).size,
    overlap: firstOnNewPath === undefined || lastOld === undefined ? 0 : Math.max(0, lastOld - firstOnNewPath),
    firstOnNewPath,
  }
}

const least = (times: readonly number[]): number | undefined =>
  times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other))
const most = (times: readonly number[]): number | undefined =>
  times.length === 0 ? undefined : times.reduce((one, other) => Math.max(one, other))
