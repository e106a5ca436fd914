import type { MessageDefinition } from './message-table.ts'

/** Names of transmission control of MCVideo (TS 24.581 9.2): the direction is in the name, one subtype means another thing in each. */
export type TransmissionControlName = 'MCV0' | 'MCV1' | 'MCV2'

const table = (
  control: TransmissionControlName,
  sender: MessageDefinition['sender'],
  titles: Readonly<Record<number, string>>,
): readonly MessageDefinition[] =>
  Object.entries(titles).map(([subtype, title]) => ({
    ...{ control, subtype: Number(subtype), title, clause: 'TS 24.581 9.2', sender, since: 14 },
  }))

/** Transmission control messages as Release 18 has them. */
export const transmissionMessages: readonly MessageDefinition[] = [
  ...table('MCV0', 'client', {
    0: 'Transmission Request',
    2: 'Transmission Release',
    3: 'Queue Position Request',
    4: 'Receive Media Request',
    7: 'Remote Transmission Request',
    8: 'Remote Transmission Cancel Request',
  }),
  ...table('MCV1', 'server', {
    0: 'Transmission Granted',
    1: 'Transmission Rejected',
    2: 'Transmission Arbitration Taken',
    3: 'Transmission Arbitration Release',
    4: 'Transmission Revoked',
    5: 'Queue Position Info',
    6: 'Media Transmission Notification',
    7: 'Receive Media Response',
    8: 'Media Reception Notification',
    10: 'Transmission Cancel Request Notify',
    11: 'Remote Transmission Response',
    12: 'Remote Transmission Cancel Response',
    13: 'Media Reception Override Notification',
    14: 'Transmission End Notify',
    15: 'Transmission Idle',
  }),
  ...table('MCV2', 'both', {
    0: 'Transmission End Request',
    1: 'Transmission End Response',
    2: 'Media Reception End Request',
    3: 'Media Reception End Response',
    4: 'Transmission Control Ack',
  }),
]
