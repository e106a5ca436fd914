import { expect, test } from 'vitest'
import { readMessage } from '#wire/sip'
import type { Passage } from './disturbance.ts'
import { strayRoutes, strayTargets } from './stray-requests.ts'

const line = { INVITE: '2 INVITE', BYE: '3 BYE' } as const

const passage = (direction: 'sent' | 'received', first: string, method: keyof typeof line, contact?: string): Passage =>
  ({
    direction,
    role: 'callingClient',
    at: 0,
    message: readMessage(
      Buffer.from(
        [
          first,
          `Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK-${method}`,
          'Call-ID: one',
          `CSeq: ${line[method]}`,
          ...(contact === undefined ? [] : [`Contact: <${contact}>`]),
          '',
          '',
        ].join('\r\n'),
      ),
    ),
  }) as Passage

const [old, moved] = ['sip:old@127.0.0.1', 'sip:moved@127.0.0.1']
const answered = passage('sent', 'SIP/2.0 200 OK', 'INVITE', old)
const asks = passage('sent', 'INVITE sip:other@127.0.0.1 SIP/2.0', 'INVITE', moved)
const taken = passage('received', 'SIP/2.0 200 OK', 'INVITE')
const refused = passage('received', 'SIP/2.0 488 Not Acceptable Here', 'INVITE')
const bye = (uri: string, at = 1000): Passage => ({ ...passage('received', `BYE ${uri} SIP/2.0`, 'BYE'), at })

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

const routed = (direction: Passage['direction'], first: string, method: string, more: readonly string[]): Passage =>
  ({
    direction,
    role: 'client',
    message: readMessage(Buffer.from([first, 'Call-ID: one', `CSeq: 1 ${method}`, ...more, '', ''].join('\r\n'))),
  }) as Passage

test.for([
  ['SUBSCRIBE', 'NOTIFY', 'Record-Route: <sip:proxy@127.0.0.1;lr>', 0],
  ['INVITE', 'BYE', 'Record-Route: <sip:proxy@127.0.0.1;lr>', 0],
  ['SUBSCRIBE', 'NOTIFY', 'Subject: none', 1],
  ['MESSAGE', 'BYE', 'Record-Route: <sip:proxy@127.0.0.1;lr>', 1],
] as const)('the route of a dialog that %s makes, followed by %s: %s', ([first, then, carried, complaints]) => {
  const log = [
    routed('sent', `${first} sip:other@127.0.0.1 SIP/2.0`, first, ['To: <sip:other@127.0.0.1>', carried]),
    routed('received', `${then} sip:own@127.0.0.1 SIP/2.0`, then, [
      'To: <sip:own@127.0.0.1>;tag=own',
      'Route: <sip:proxy@127.0.0.1;lr>',
    ]),
  ]
  expect(strayRoutes({ log } as unknown as Parameters<typeof strayRoutes>[0])).toHaveLength(complaints)
})
