import type { Configuration } from './configuration.ts'

/** What the command line says over the configuration. */
export interface Overrides {
  readonly seed?: number | undefined
  readonly profile?: string | undefined
  readonly concurrency?: number | undefined
  readonly out?: string | undefined
}

export const applyOverrides = (configuration: Configuration, overrides: Overrides): Configuration => ({
  ...configuration,
  ...(overrides.seed !== undefined && { seed: overrides.seed }),
  ...(overrides.profile !== undefined && { profile: overrides.profile }),
  ...(overrides.concurrency !== undefined && { concurrency: overrides.concurrency }),
  ...(overrides.out !== undefined && { out: overrides.out }),
})
