import type { Source } from '#flow'

/** The contribution to TR 23.778 V0.4.0 that keeps a communication ongoing when its user changes from IOPS to macro. */
export const communicationContinuity = { doc: 'TR 23.778', clause: '6.X.2', basis: 'seed' } as const satisfies Source

/** Prearranged group calls that a client sets up or joins by its own INVITE; MCVideo has the same in TS 23.281 7.1.2.3.1.1. */
export const groupCallJoining = {
  doc: 'TS 23.379',
  clause: '10.6.2.3.1.1',
  basis: 'published',
} as const satisfies Source
