import type { EntityRole } from './defects.ts'

/** A row of the catalogue, by the name of the defect. */
export type FuzzDefectRow = readonly [id: string, roles: readonly EntityRole[], after: string, title: string]

export const client = ['client'] as const
export const partnerServer = ['partnerServer'] as const
export const gateways = ['partnerGateway', 'primaryGateway'] as const
export const servers = ['partnerServer', 'primaryServer'] as const
export const passing = [...servers, ...gateways] as const
export const every = [...client, ...passing] as const
