import type { Source } from '#flow'

/** The contribution that adds the solution "Migration service authorization" to TR 23.781 V1.1.0. */
export const migrationServiceAuthorization = {
  doc: 'TR 23.781',
  clause: '6.x.1',
  basis: 'seed',
} as const satisfies Source

/** Leaving the partner MC system: expected by TS 23.280 10.16.y.3, written nowhere between the MC systems. */
export const returnFromMigration = {
  doc: 'TS 24.379',
  clause: '7.2',
  basis: 'default-binding',
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

/** The change request that adds the private call procedure towards a migrated MC service user to TS 23.280. */
export const privateCallTowardsMigrated = {
  doc: 'TS 23.280',
  clause: '10.16.y.3',
  basis: 'seed',
} as const satisfies Source

/** Service authorization of a user of the own MC system. */
export const serviceAuthorizationInPrimary = {
  doc: 'TS 23.280',
  clause: '10.6.1',
  basis: 'published',
} as const satisfies Source

/** That users return the seed says, and what it comes to; how the MC systems tell each other it leaves open. */
export const returnToPrimary = {
  doc: 'TS 23.280',
  clause: '10.16.y.3',
  basis: 'default-binding',
} as const satisfies Source

/** How many redirections a client follows: 10.16.y.3 says nothing of it. */
export const redirectionLimit = {
  doc: 'docs/bindings.md',
  clause: 'redirection-limit',
  basis: 'default-binding',
} as const satisfies Source

export const redirectionTable = {
  doc: 'TS 23.280',
  clause: 'table 10.16.y.2-1',
  basis: 'seed',
} as const satisfies Source

/** The private call of MCPTT; MCVideo has its own in TS 23.281 7.2.2, one-to-one MCData in TS 23.282. */
export const privateCall = { doc: 'TS 23.379', clause: '10.7.2', basis: 'published' } as const satisfies Source

/** Retrieval of the user profile for use in a partner MC system. */
export const userProfileRetrieval = {
  doc: 'TS 23.280',
  clause: '10.1.4.3.2',
  basis: 'published',
} as const satisfies Source

/** Migration while a private call goes on. */
export const migrationDuringPrivateCommunication = {
  doc: 'TS 23.280',
  clause: '10.16.4.2',
  basis: 'seed',
} as const satisfies Source

/** What the discussion of CT1 on migration during ongoing communication takes from TS 23.280. */
export const migrationDuringGroupCommunication = {
  doc: 'TS 23.280',
  clause: '10.16.2.2',
  basis: 'published',
} as const satisfies Source

export const groupAffiliation = { doc: 'TS 23.280', clause: '10.8.3.1', basis: 'published' } as const satisfies Source

export const groupDeaffiliation = { doc: 'TS 23.280', clause: '10.8.4.2', basis: 'published' } as const satisfies Source

/** Affiliation status determination: a client asks its server by SUBSCRIBE and is told by NOTIFY. */
export const affiliationStatus = { doc: 'TS 24.379', clause: '9.2.1.3', basis: 'published' } as const satisfies Source

/** Late entry of MCPTT; that of MCVideo is in TS 23.281 7.1.2.3.1.1.4. */
export const lateEntry = {
  doc: 'TS 23.379',
  clause: '10.6.2.3.1.1.4',
  basis: 'published',
} as const satisfies Source
