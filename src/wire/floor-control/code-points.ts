/** Bits of the Floor Indicator (8.2.3.15), from the most significant one. */
export const floorIndicators: ReadonlyMap<number, string> = new Map([
  [0x8000, 'normal call'],
  [0x4000, 'broadcast group call'],
  [0x2000, 'system call'],
  [0x1000, 'emergency call'],
  [0x0800, 'imminent peril call'],
  [0x0400, 'queueing supported'],
  [0x0200, 'dual floor'],
  [0x0100, 'temporary group call'],
  [0x0080, 'multi-talker'],
])

/** Why the floor is denied (8.2.6). */
export const denyCauses: ReadonlyMap<number, string> = new Map([
  [1, 'another client has permission'],
  [2, 'internal error of the floor control server'],
  [3, 'only one participant'],
  [4, 'retry-after timer has not expired'],
  [5, 'receive only'],
  [6, 'no resources available'],
  [7, 'queue full'],
  [255, 'other reason'],
])

/** Why the floor is taken away (8.2.10); cause 7 since Release 19. */
export const revokeCauses: ReadonlyMap<number, string> = new Map([
  [1, 'only one client'],
  [2, 'media burst too long'],
  [3, 'no permission to send a media burst'],
  [4, 'media burst pre-empted'],
  [6, 'no resources available'],
  [7, 'revoked by another client'],
  [255, 'other reason'],
])

/** Who sends a message (8.2.3.12). */
export const sources: ReadonlyMap<number, string> = new Map([
  [0, 'the floor participant'],
  [1, 'the participating function'],
  [2, 'the controlling function'],
  [3, 'the non-controlling function'],
])
