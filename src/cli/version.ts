import { toolIdentity } from '#harness'

export const version = (): string => toolIdentity().version
