import type { PlannedCase } from './case-plan.ts'
import type { Configuration, SutConfiguration } from './configuration.ts'
import { controlOf } from './control-adapter.ts'
import { oneLine, UsageError } from './read-configuration.ts'
import { startSystem, type StartedSystem } from './started-system.ts'
import { provisioningOf } from './world/provisioning.ts'

/** Starts and provisions each system under test once, those that share a start command or control interface together. */
export async function prepare(
  suts: readonly SutConfiguration[],
  planned: readonly PlannedCase[],
  configuration: Configuration,
  running: StartedSystem[],
  say: (line: string) => void,
  sweeping = false,
): Promise<void> {
  for (const group of groupsOf(suts)) {
    const [first] = group
    try {
      const started = await startSystem(first, say)
      if (started) running.push(started)
    } catch (problem) {
      throw new UsageError(oneLine(problem))
    }
    await provisionGroup(group, planned, configuration, sweeping)
  }
}

/** Provisions each of them that can be; throws a `UsageError` that says why one refuses. */
export async function provision(
  suts: readonly SutConfiguration[],
  planned: readonly PlannedCase[],
  configuration: Configuration,
): Promise<void> {
  for (const group of groupsOf(suts)) await provisionGroup(group, planned, configuration, false)
}

type Group = readonly [SutConfiguration, ...SutConfiguration[]]

const groupsOf = (suts: readonly SutConfiguration[]): readonly Group[] =>
  [
    ...Map.groupBy(suts, ({ control, name }) =>
      JSON.stringify(control.http ?? control.provision ?? control.start ?? name),
    ).values(),
  ] as unknown as readonly Group[]

async function provisionGroup(
  group: Group,
  planned: readonly PlannedCase[],
  configuration: Configuration,
  sweeping: boolean,
): Promise<void> {
  const [first] = group
  const control = controlOf(first)
  if (!control.can('provision')) return
  const document = provisioningOf(
    group,
    planned.filter((one) => one.excluded === undefined),
    configuration,
    sweeping,
  )
  const reply = await control.ask('provision', document)
  if (!reply.ok) throw new UsageError(`${first.name} cannot be provisioned: ${reply.why}`)
}
