import type { Flow } from '#flow'
import serviceAuthorization from '../../suites/migration/service-authorization.flow.ts'

/** Every flow that is played, in the order in which it is listed. */
export const flows: readonly Flow[] = [serviceAuthorization]
