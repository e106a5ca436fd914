import type { FuzzCase } from './case.ts'
import { openEngine, usualTimes, type Engine, type EngineTimes } from './engine.ts'
import { isFlowCase, type FlowStage } from './flows/flow-stage.ts'
import { validCase } from './grid.ts'
import { onThisMachine, type Permission } from './permission.ts'
import type { LegMessage, Passage } from './observation.ts'
import type { Execution } from './execution.ts'
import { createPlayer, ownPlaces, type Player } from './player.ts'
import type { Scenario } from './scenario.ts'
import { elementOptions } from './scenarios/element.ts'
import { scenarioNamed } from './scenarios/index.ts'
import { isStreamCase, playStream } from './streams.ts'
import type { Target } from './target.ts'
import { mostUsers, usersAlone, type Places } from './world.ts'

export interface LabOptions {
  readonly now: () => number
  readonly startTarget: (own: Places) => Promise<Target>
  readonly times?: EngineTimes
  readonly permission?: Permission
  /** Where whole flows are played; without it single messages are. */
  readonly startFlows?: (() => Promise<FlowStage>) | undefined
}

/** An engine, a target, and the ways of playing a case on its own. */
export interface Lab {
  readonly engine: Engine
  readonly target: Target
  readonly player: Player
  /** Started when it is first asked for. */
  flows(): Promise<FlowStage | undefined>
  /** Who is under test in a case: whether it still runs and serves, and starting it anew. */
  under(one: FuzzCase): Promise<Under>
  /** Among others; that of a single message by that user. */
  played(one: FuzzCase, user: number): Promise<Execution>
  /** What is complained of even where nothing was changed. */
  readonly wrongAnyway: Set<string>
  /** With nothing else in flight; what comes late is judged too. */
  alone(one: FuzzCase): Promise<Execution>
  /** All that goes over the wire whilst something is played. */
  recorded<T>(play: () => Promise<T>): Promise<{ readonly value: T; readonly passages: readonly Passage[] }>
  /** When something came from the target, the last time. */
  readonly lastHeard: number
  /** Milliseconds until the quickest of some valid requests, one after the other, is answered; nothing if one is not. */
  quickest(scenarios: readonly Scenario[]): Promise<number | undefined>
  /** A valid flow for each scenario: the target lives, and serves. Who is busy may need several. */
  isAlive(scenarios: readonly Scenario[], attempts?: number): Promise<boolean>
  /** Starts the target anew, and waits until it serves. */
  revive(scenarios: readonly Scenario[]): Promise<void>
  /** Starts the target anew if one of these has made it deaf, so that whoever comes next is not blamed (RFC 3261 18.3: it waits for the rest of a body). */
  restore(scenarios: readonly Scenario[], played: readonly Execution[]): Promise<void>
  /** On its own, and the target restored. */
  aloneAndRestored(one: FuzzCase, scenarios: readonly Scenario[]): Promise<Execution>
  /** Whether these cases, in this order, leave a target that no longer serves; it is started anew then. */
  kills(cases: readonly FuzzCase[], scenarios: readonly Scenario[], attempts?: number): Promise<boolean>
  close(): Promise<void>
}

/** The system under test of a case. */
interface Under {
  ended(): string | undefined
  restart(): Promise<void>
  serves(): Promise<boolean>
}

export async function openLab({
  now,
  startTarget,
  startFlows,
  times = usualTimes,
  permission = onThisMachine,
}: LabOptions): Promise<Lab> {
  let strays: LegMessage[] = []
  let recorded: Passage[] | undefined
  let lastHeard = Number.NEGATIVE_INFINITY
  const onPassage = (passage: Passage): void => {
    if (passage.direction === 'received') lastHeard = passage.at
    recorded?.push(passage)
  }
  const onStray = (leg: LegMessage): void => void strays.push(leg)
  const engine = await openEngine({ permission, now, times, onStray, onPassage })
  const target = await startTarget(ownPlaces(engine)).catch(async (problem: unknown) => {
    await engine.close()
    throw problem
  })
  const player = createPlayer(engine, () => target, permission.emergency)
  const wrongAnyway = new Set<string>()
  // Two executions after one another have different users, so that nothing is left of the one in the other.
  let turn = 0
  const freshUser = (): number => mostUsers - 2 - (turn++ % usersAlone)

  const probesOf = (scenarios: readonly Scenario[]): readonly Scenario[] =>
    target.isProbed ? [elementOptions] : scenarios

  let flows: Promise<FlowStage> | undefined

  /** A single message; what comes late, or for nobody, is judged too. */
  async function once(one: FuzzCase): Promise<Execution> {
    strays = []
    const late: LegMessage[] = []
    const execution = await new Promise<Execution>((resolve) =>
      player.play(one, freshUser(), resolve, (what) => ('to' in what ? late.push(what) : 0)),
    )
    await pause(execution.expectation.class === 'refuse' ? 20 : 2)
    return player.withLate(execution, [...late, ...strays])
  }

  async function inFlow(one: FuzzCase): Promise<Execution> {
    const stage = await lab.flows()
    if (stage === undefined) throw new Error(`${one.scenario} is a flow, and none is played here`)
    return stage.play(one)
  }

  function overStream(one: FuzzCase, user: number): Promise<Execution> {
    const scenario = scenarioNamed(one.scenario)
    if (scenario === undefined) throw new Error(`no scenario is called ${one.scenario}`)
    return playStream(one, { player, target, permission, scenario, user, correlation: engine.correlation() })
  }

  const lab: Lab = {
    engine,
    target,
    player,
    wrongAnyway,
    get lastHeard() {
      return lastHeard
    },
    async quickest(scenarios) {
      const [probe] = probesOf(scenarios)
      if (probe === undefined) return undefined
      const until = now() + timing
      let least = Number.POSITIVE_INFINITY
      for (let time = 0; time < fewestTimed || (time < mostTimed && now() < until); time += 1) {
        const { observation } = await player.played(validCase(probe), freshUser())
        if (observation.finals.length === 0) return undefined
        least = Math.min(observation.latency, least)
      }
      return least
    },
    flows: () => (flows ??= startFlows?.()) ?? Promise.resolve(undefined),
    async under(one) {
      const stage = isFlowCase(one) ? await lab.flows() : undefined
      if (stage !== undefined)
        return { ended: stage.ended, restart: stage.restart, serves: () => stage.serves(one.scenario) }
      const scenario = scenarioNamed(one.scenario)
      const own = scenario === undefined ? [] : [scenario]
      return { ended: target.ended, restart: () => lab.revive(own), serves: () => lab.isAlive(own) }
    },
    async played(one, user) {
      if (isFlowCase(one)) return inFlow(one)
      return isStreamCase(one) ? overStream(one, user) : player.played(one, user)
    },
    async alone(one) {
      if (isFlowCase(one)) return inFlow(one)
      if (isStreamCase(one)) return overStream(one, freshUser())
      let execution = await once(one)
      for (let again = 0; again < mostAgain && isOfBothSendings(execution); again += 1) execution = await once(one)
      return execution
    },
    async aloneAndRestored(one, scenarios) {
      const execution = await lab.alone(one)
      await lab.restore(scenarios, [execution])
      return execution
    },
    async recorded(play) {
      const passages: Passage[] = []
      recorded = passages
      const value = await play()
      recorded = undefined
      return { value, passages }
    },
    async isAlive(scenarios, attempts = 3) {
      const isServed = async (scenario: Scenario): Promise<boolean> => {
        for (let attempt = 0; attempt < attempts; attempt += 1) {
          const { complaints } = await player.played(validCase(scenario), freshUser())
          if (complaints.every(({ what }) => wrongAnyway.has(what))) return true
        }
        return false
      }
      return areAll(probesOf(scenarios).map(isServed))
    },
    async kills(cases, scenarios, attempts) {
      const [flow] = cases.filter(isFlowCase)
      if (flow !== undefined) {
        await Promise.all(cases.map(inFlow))
        const under = await lab.under(flow)
        if (under.ended() === undefined && (await under.serves())) return false
        await under.restart()
        return true
      }
      const leaving: Promise<unknown>[] = []
      for (const [index, one] of cases.entries()) {
        if (isStreamCase(one)) await overStream(one, freshUser())
        else leaving.push(new Promise<void>((left) => player.play(one, index, () => left(), undefined, left)))
        if (index % 16 === 15) await pause(5)
      }
      await Promise.race([Promise.all(leaving), pause(times.silence)])
      await pause(50)
      engine.abandon()
      if (target.ended() === undefined && (await lab.isAlive(scenarios, attempts))) return false
      await lab.revive(scenarios)
      return true
    },
    async revive(scenarios) {
      await target.restart()
      // What is sent before it listens is lost.
      await lab.isAlive(scenarios)
    },
    async restore(scenarios, played) {
      const mayBeDeaf = played.some(({ one, observation }) => observation.silent && !isFlowCase(one))
      if (!mayBeDeaf || !target.restarts || (target.ended() === undefined && (await lab.isAlive(scenarios, 1)))) return
      // Who cannot be brought back is found not to serve by whoever asks next.
      await lab.revive(scenarios).catch(() => undefined)
    },
    async close() {
      // Why it could not be opened has been said where it was asked for.
      await (await flows?.catch(() => undefined))?.close()
      await engine.close()
      await target.stop()
    },
  }
  return lab
}

/** What is complained of may come of the request having been sent once more, and then it is not the case that shows it. */
const isOfBothSendings = ({ complaints, observation }: Execution): boolean =>
  complaints.length > 0 && observation.sentAgain && observation.finals.length > 0
/** Whoever always answers late is judged all the same. */
const mostAgain = 2

/** Valid requests, of which the quickest tells how quick the target is: the others waited for somebody. */
const fewestTimed = 5
const mostTimed = 25
/** Milliseconds for those that come after the fewest. */
const timing = 100

/** Whether all are; once one is not, nobody waits for the others. */
const areAll = (each: readonly Promise<boolean>[]): Promise<boolean> =>
  new Promise((resolve, reject) => {
    for (const one of each) one.then((is) => is || resolve(false), reject)
    Promise.all(each).then(() => resolve(true), reject)
  })

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
