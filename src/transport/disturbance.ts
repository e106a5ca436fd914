import type { Address } from './endpoint.ts'

export type Direction = 'sent' | 'received'

/** What a network does to the datagrams of a socket. */
export interface Disturbance {
  /** Whether this datagram is lost on its way. Asked once for each. */
  loses(direction: Direction, remote: Address): boolean
}

/** Which datagrams a disturbance is for: those of all remote ends, both ways, unless said. */
export interface DisturbedPath {
  readonly direction?: Direction
  readonly remote?: Partial<Address>
}

/** A disturbance that a script turns on and off. */
export interface ScriptedDisturbance extends Disturbance {
  /** Loses a share, 0 to 1, of the datagrams on a path, until it is healed. */
  lose(share: number, path?: DisturbedPath): void
  /** Loses all of them: with one direction a one-way partition, with both a dead peer or a backhaul that is gone. */
  cut(path?: DisturbedPath): void
  /** Loses the next so many and no more. */
  loseNext(count: number, path?: DisturbedPath): void
  /** Ends every disturbance. */
  heal(): void
  /** Datagrams lost so far. */
  readonly lost: () => number
}

interface Rule {
  readonly path: DisturbedPath
  readonly share: number
  /** How many it still loses. */
  left: number
}

/** @param random from 0 to less than 1: the same numbers, the same losses */
export function createDisturbance(random: () => number): ScriptedDisturbance {
  let rules: readonly Rule[] = []
  let lost = 0
  const add = (share: number, path: DisturbedPath = {}, left = Infinity): void => {
    rules = [...rules, { path, share, left }]
  }
  return {
    lose: (share, path) => add(share, path),
    cut: (path) => add(1, path),
    loseNext: (count, path) => add(1, path, count),
    heal() {
      rules = []
    },
    lost: () => lost,
    loses(direction, remote) {
      if (rules.length === 0) return false
      const rule = rules.find(
        ({ path, share, left }) => left > 0 && isOn(path, direction, remote) && (share >= 1 || random() < share),
      )
      if (rule === undefined) return false
      rule.left -= 1
      lost += 1
      return true
    },
  }
}

const isOn = (path: DisturbedPath, direction: Direction, { address, port }: Address): boolean =>
  (path.direction ?? direction) === direction &&
  (path.remote?.address ?? address) === address &&
  (path.remote?.port ?? port) === port
