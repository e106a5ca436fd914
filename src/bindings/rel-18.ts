import { authorizationRequestByPublish } from './authorization-request-by-publish.ts'
import { authorizationRequestByRegister } from './authorization-request-by-register.ts'
import { authorizationResponse } from './authorization-response.ts'
import type { Profile } from './binding.ts'
import { migrationRequest } from './migration-request.ts'
import { migrationResponse } from './migration-response.ts'
import { defaultValues } from './profile-values.ts'

/** The first release whose mcptt-info schema has the migration elements (TS 24.379 F.1, V18.13.0). */
export const rel18: Profile = {
  name: 'rel-18',
  title: 'MCPTT, 3GPP Release 18',
  service: 'mcptt',
  alternatives: {
    publish: [authorizationRequestByPublish, migrationRequest, migrationResponse, authorizationResponse('publish')],
    register: [authorizationRequestByRegister, migrationRequest, migrationResponse, authorizationResponse('register')],
  },
  values: defaultValues,
}

/** Every profile by name. */
export const profiles: Readonly<Record<string, Profile>> = { [rel18.name]: rel18 }
