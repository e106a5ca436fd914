import { z } from 'zod'
import { roles } from './defects.ts'
import { actions, stateNames } from './mc-function.ts'

const role = z.enum(roles)
const ies = z.record(z.string(), z.string())

/** `POST /reset`. Without a role all functions, without an MC service ID all users. */
export const resetRequest = z.strictObject({ role: role.optional(), mcServiceId: z.string().optional() })

/** `POST /restart`: everything begins anew, as it was provisioned last. */
export const restartRequest = z.strictObject({})

/** `POST /query`. */
export const queryRequest = z.strictObject({
  role,
  state: z.enum(stateNames),
  ies: z.looseObject({ mcServiceId: z.string() }),
})

/** `POST /establish`: the state is to hold, with these values. */
export const establishRequest = z.strictObject({
  role,
  state: z.enum(stateNames),
  ies: z.looseObject({ mcServiceId: z.string() }),
  values: ies.default({}),
  /** Where the client of the user is reached. */
  client: z
    .strictObject({
      identity: z.string().min(1),
      transport: z.enum(['udp', 'tcp', 'tls']),
      address: z.union([z.ipv4(), z.ipv6()]),
      port: z.number().int().min(1).max(65_535),
    })
    .optional(),
})

/** `POST /stimulate`. */
export const stimulateRequest = z.strictObject({
  /** A role of a flow; each of them is a client. */
  role: z.enum(['client', 'callingClient']),
  action: z.enum(actions),
  service: z.enum(['mcptt', 'mcvideo', 'mcdata']).default('mcptt'),
  ies,
  towards: z.strictObject({
    identity: z.string().min(1),
    transport: z.enum(['udp', 'tcp', 'tls']),
    address: z.union([z.ipv4(), z.ipv6()]),
    port: z.number().int().min(1).max(65_535),
  }),
  alternative: z.enum(['publish', 'register']),
  callId: z
    .string()
    .regex(/^[!-~]{1,256}$/)
    .optional(),
  user: z.string().optional(),
  clientId: z.string().optional(),
})

/** `POST /defects`: from now on these and no others. */
export const defectsRequest = z.strictObject({ names: z.array(z.string()).max(256) })

export type ResetRequest = z.input<typeof resetRequest>
export type QueryRequest = z.input<typeof queryRequest>
export type StimulateRequest = z.input<typeof stimulateRequest>
export type DefectsRequest = z.input<typeof defectsRequest>
