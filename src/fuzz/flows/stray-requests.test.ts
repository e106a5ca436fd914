import { expect, test } from 'vitest'
import type { Passage } from './disturbance.ts'
import { passage } from './passage.testing.ts'
import { strayRoutes, strayTargets } from './stray-requests.ts'

const said = (direction: Passage['direction'], line: string, contact?: string): Passage =>
  passage(direction, line, { headers: contact === undefined ? [] : [`Contact: <${contact}>`] })

const [old, moved] = ['sip:old@127.0.0.1', 'sip:moved@127.0.0.1']
const answered = said('sent', '200 INVITE', old)
const asks = said('sent', 'INVITE', moved)
const taken = said('received', '200 INVITE')
const refused = said('received', '488 INVITE')
const bye = (uri: string, at = 1000): Passage => passage('received', 'BYE', { uri, at })

test.for([
  ['no other contact was asked for', [answered, bye(old)], 0],
  ['one that nobody named', [answered, bye(moved)], 1],
  ['the new one was taken', [answered, asks, taken, bye(moved)], 0],
  ['the new one was taken, and the old one is kept', [answered, asks, taken, bye(old)], 1],
  ['the new one was taken, and what left before comes behind', [answered, asks, taken, bye(old, 40)], 0],
  ['the new one was refused', [answered, asks, refused, bye(old)], 0],
  ['the new one was refused, and is used', [answered, asks, refused, bye(moved)], 1],
  ['nothing has come back yet', [answered, asks, bye(moved)], 0],
  ['nothing has come back yet, and the old one stands', [answered, asks, bye(old)], 0],
] as const)('the contact that a BYE is addressed to: %s', ([, log, complaints]) => {
  expect(strayTargets({ log } as unknown as Parameters<typeof strayTargets>[0])).toHaveLength(complaints)
})

test.for([
  ['SUBSCRIBE', 'NOTIFY', 'Record-Route: <sip:proxy@127.0.0.1;lr>', 0],
  ['INVITE', 'BYE', 'Record-Route: <sip:proxy@127.0.0.1;lr>', 0],
  ['SUBSCRIBE', 'NOTIFY', 'Subject: none', 1],
  ['MESSAGE', 'BYE', 'Record-Route: <sip:proxy@127.0.0.1;lr>', 1],
] as const)('the route of a dialog that %s makes, followed by %s: %s', ([first, then, carried, complaints]) => {
  const log = [
    passage('sent', first, { headers: ['To: <sip:other@127.0.0.1>', carried] }),
    passage('received', then, { headers: ['To: <sip:own@127.0.0.1>;tag=own', 'Route: <sip:proxy@127.0.0.1;lr>'] }),
  ]
  expect(strayRoutes({ log } as unknown as Parameters<typeof strayRoutes>[0])).toHaveLength(complaints)
})
