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
  const groups = Map.groupBy(suts, ({ control, name }) =>
    JSON.stringify(control.http ?? control.provision ?? control.start ?? name),
  )
  for (const group of groups.values()) {
    const [first] = group
    if (!first) continue
    try {
      const started = await startSystem(first, say)
      if (started) running.push(started)
    } catch (problem) {
      throw new UsageError(oneLine(problem))
    }
    const control = controlOf(first)
    if (!control.can('provision')) continue
    const document = provisioningOf(
      group,
      planned.filter((one) => one.excluded === undefined),
      configuration,
      sweeping,
    )
    const reply = await control.ask('provision', document)
    if (!reply.ok) throw new UsageError(`${first.name} cannot be provisioned: ${reply.why}`)
  }
}
