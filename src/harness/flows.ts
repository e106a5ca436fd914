import type { Flow } from '#flow'
import serviceAuthorization from '../../suites/migration/service-authorization.flow.ts'
import privateCall from '../../suites/redirection/private-call.flow.ts'

/** Every flow that is played, in the order in which it is listed. */
export const flows: readonly Flow[] = [serviceAuthorization, privateCall]
