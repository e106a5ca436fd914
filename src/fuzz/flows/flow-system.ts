import {
  checkConfiguration,
  embeddedReference,
  openStage,
  portsFrom,
  UsageError,
  type Configuration,
  type PlannedCase,
  type SutConfiguration,
  type Stage,
} from '#harness'
import { isLoopback } from '#transport'
import { copiesFor, type CopiesOf } from './flow-copies.ts'

type Network = Parameters<typeof openStage>[0]['network']

/** A system under test with the tester opposite it, and what flows are played with. */
export interface FlowSystem {
  readonly stage: Stage
  readonly copiesOf: CopiesOf
  /** Whether emergency indications may leave. */
  readonly emergency: boolean
}

export interface ReferenceFlows {
  readonly roles: readonly string[]
  readonly defects: readonly string[]
  /** Of their cases, by their ids; all unless said. */
  readonly isChosen?: (id: string) => boolean
}

/** Milliseconds: what comes late is seen by whoever plays the flow again. */
const shortSilence = 300
const shortQuiet = 40

/** First ports that are tried; each time a block of its own. */
const attempts = 12

/** The reference system with these defects, and the tester opposite it with all that lies between them. */
export async function openFlowSystem(
  { roles, defects, isChosen = () => true }: ReferenceFlows,
  network: Network,
): Promise<FlowSystem> {
  const copiesOf = copiesFor(roles.length > 2 ? 20 : 48)
  let problem: unknown
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const first = 18_000 + ((process.pid * 48 + attempt * 1104) % 13_000)
    const configuration = checkConfiguration(
      {
        profile: 'rel-18' as const,
        tester: { ports: portsFrom(first) },
        timing: { answer: 1500, silence: shortSilence, quiet: shortQuiet },
        concurrency: 64,
        suts: embeddedReference({ firstPort: first + 20, defects }).map((sut) => ({
          ...sut,
          timers: { migrationResponse: 700 },
          ...(sut.transports?.includes('tcp') !== true && { transports: ['udp' as const] }),
        })),
      },
      'the configuration of the reference system',
    )
    try {
      const stage = await openStage({
        configuration,
        roles,
        isChosen: ({ id }) => isChosen(id),
        forgets: true,
        copiesOf,
        network,
        tell: () => undefined,
      })
      return { stage, copiesOf, emergency: true }
    } catch (error) {
      problem = error
    }
  }
  throw problem
}

/** A system under test of a configuration: where it is, and what of it is played. */
export interface ConfiguredFlows {
  readonly configuration: Configuration
  readonly sut: SutConfiguration
  isChosen(planned: PlannedCase): boolean
}

/** The same for a system of somebody else; a `UsageError` where its flows cannot be played. */
export async function openConfiguredFlowSystem(
  { configuration, sut, isChosen }: ConfiguredFlows,
  network: Network,
): Promise<FlowSystem> {
  const { name } = sut
  if (!isLoopback(sut.address))
    throw new UsageError(`${name}: whole flows are fuzzed on this machine alone, and ${sut.address} is another`)
  if (sut.control.http === undefined && sut.control.provision === undefined)
    throw new UsageError(
      `${name}: whole flows are fuzzed by many users, each new; give suts[].control http or provision, so that it knows them`,
    )
  const transports = sut.transports.includes('udp') ? (['udp'] as const) : sut.transports
  const { migrationResponse } = sut.timers
  const {
    timing,
    fuzz: { emergency },
  } = configuration
  const copiesOf = copiesFor(64)
  const stage = await openStage({
    configuration: {
      ...configuration,
      together: [],
      suts: [{ ...sut, transports: [...transports] }],
      timing: {
        // What is kept back until something is given up has to be waited for.
        answer: Math.max(timing.answer, 2 * migrationResponse + 800),
        silence: Math.min(timing.silence, shortSilence),
        quiet: Math.min(timing.quiet, shortQuiet),
      },
    },
    roles: sut.roles,
    isChosen: (planned) => isChosen(planned) && (emergency || !isEmergency(planned)),
    forgets: false,
    copiesOf,
    network,
    tell: () => undefined,
  })
  if (stage.cases.length > 0) return { stage, copiesOf, emergency }
  await stage.close()
  throw new UsageError(`${name}: no flow is played with it; mcx list shows which there are`)
}

/** TS 23.379 10.6.2.6.1, 10.7.2.4: whether its messages carry an emergency indication. */
const isEmergency = ({ derived: { world } }: PlannedCase): boolean =>
  world.conditions['emergencyCommunication'] === true
