import {
  elementScenarios,
  flowsAlone,
  noTarget,
  openConfiguredFlowStage,
  openFlowStage,
  permissionFor,
  scenarios,
  startConfiguredTarget,
  startReferenceTarget,
  type FlowStage,
  type GrowthLimits,
  type FuzzPlaces,
  type FuzzScenario,
  type FuzzTarget,
  type Permission,
} from '#fuzz'
import { locateSystems, nameServiceFor, readConfiguration, UsageError, withPlaces } from '#harness'

/** What is fuzzed. */
export interface Subject {
  readonly scenarios: readonly FuzzScenario[]
  readonly startTarget: (own: FuzzPlaces) => Promise<FuzzTarget>
  /** Of the functional entities under test; where no flows are played there is none. */
  readonly startFlows?: (roles: readonly string[]) => Promise<FlowStage>
  /** What is usual where nothing is said. */
  readonly growth?: GrowthLimits
  /** That of this machine where nothing is said. */
  readonly permission?: Permission
  /** Plays a finding again. */
  readonly replay: (place: string) => string
}

/** How the flows of these functional entities are played, where they can be. */
export const flowsOf = ({ startFlows }: Subject, roles: readonly string[]): (() => Promise<FlowStage>) | undefined =>
  startFlows === undefined ? undefined : () => startFlows(roles)

/** The embedded reference system. */
export const referenceSubject = (defects: readonly string[]): Subject => ({
  scenarios,
  startTarget: (own) => startReferenceTarget({ defects, own }),
  startFlows: (roles) => openFlowStage({ roles, defects }),
  replay: (place) => ['mcx replay', place, ...defects.map((defect) => `--defect ${defect}`)].join(' '),
})

/** The same, of which whole flows alone are played. */
export const referenceFlows = (defects: readonly string[], isChosen: IsChosen): Subject => ({
  ...referenceSubject(defects),
  scenarios: [],
  startTarget: () => Promise.resolve(noTarget(true)),
  startFlows: () => openFlowStage({ roles: everybody, defects, isChosen }),
})

const everybody = [...new Set([...scenarios.map(({ role }) => role), ...flowsAlone])]

/** Which cases of the flows are meant. */
type IsChosen = (id: string) => boolean

interface Wanted {
  readonly sut?: string
  readonly defect?: readonly string[]
  /** Whole flows in the place of single messages. */
  readonly flows?: IsChosen | undefined
}

/** A system under test of a configuration. Throws a `UsageError` where it may not be fuzzed. */
export async function subjectIn(config: string, { sut: wanted, defect = [], flows }: Wanted): Promise<Subject> {
  if (defect.length > 0) throw new UsageError('--defect is for the reference system, which --config leaves out')
  const { configuration: read } = await readConfiguration(config, process.cwd())
  const configuration = withPlaces(read, await locateSystems(read, nameServiceFor(read)))
  const { suts, tester, fuzz } = configuration
  const named = wanted === undefined ? suts : suts.filter(({ name }) => name === wanted)
  const names = suts.map(({ name }) => name).join(', ')
  const [sut, another] = named
  if (sut === undefined) throw new UsageError(`--sut ${wanted} is no system under test of ${config}; it has ${names}`)
  if (another !== undefined)
    throw new UsageError(`${config} has several systems under test: name one by --sut, of ${names}`)
  const isProvisioned = sut.control.http !== undefined || sut.control.provision !== undefined
  const its = scenarios.filter(({ role }) => (sut.roles as readonly string[]).includes(role))
  const common = {
    growth: fuzz.growth,
    permission: permissionFor(sut, { address: tester.address, fuzz }),
    replay: (place) =>
      ['mcx replay', place, '--config', config, ...(wanted === undefined ? [] : [`--sut '${wanted}'`])].join(' '),
  } satisfies Partial<Subject>
  if (flows !== undefined)
    return {
      ...common,
      scenarios: [],
      startTarget: () => Promise.resolve(noTarget(sut.control.start !== undefined)),
      startFlows: () => openConfiguredFlowStage({ configuration, sut, isChosen: ({ id }) => flows(id) }),
    }
  return {
    ...common,
    // Without users it knows, no flow goes its way.
    scenarios: isProvisioned && its.length > 0 ? its : elementScenarios,
    startTarget: (own) => startConfiguredTarget(sut, own, (line) => console.error(`mcx: ${line}`)),
  }
}
