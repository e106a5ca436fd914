import type { Source } from '#flow'

/** The contribution that adds the solution "Migration service authorization" to TR 23.781 V1.1.0. */
export const migrationServiceAuthorization = {
  doc: 'TR 23.781',
  clause: '6.x.1',
  basis: 'seed',
} as const satisfies Source

export const authorizationRequestTable = {
  doc: 'TS 23.280',
  clause: 'table 10.6.3.2.1-1',
  basis: 'published',
} as const satisfies Source

export const authorizationResponseTable = {
  doc: 'TS 23.280',
  clause: 'table 10.6.3.2.2-1',
  basis: 'published',
} as const satisfies Source
