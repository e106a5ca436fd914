import { header } from '#wire/sip'
import { methodOf } from './dialogs.ts'
import { branchOf, latin1 } from './disturbance.ts'
import type { FlowSetting } from './flow-operator.ts'

/** What comes in although nobody asked: it is dropped, or refused (RFC 3261 17.1.3, 8.2.1). */
export const strayMessages: Readonly<Record<string, (setting: FlowSetting) => Uint8Array>> = {
  'keep-alive': () => Buffer.from('\r\n\r\n'),
  noise: () => Buffer.from('\0\0\0\0'),
  OPTIONS: (setting) => outside(setting, 'OPTIONS'),
  'OPTIONS with the branch of it': (setting) =>
    Buffer.from(
      latin1(outside(setting, 'OPTIONS')).replace(/branch=[^;\s]*/, `branch=${ownBranch(setting)}`),
      'latin1',
    ),
  'unknown method': (setting) => outside(setting, 'UNKNOWN'),
  'SUBSCRIBE to nothing': (setting) => outside(setting, 'SUBSCRIBE', 'Event: nothing'),
  'ACK of nobody': (setting) => outside(setting, 'ACK'),
  'CANCEL of nobody': (setting) => outside(setting, 'CANCEL'),
  'BYE of nobody': (setting) => outside(setting, 'BYE'),
  '200 of nobody': (setting) => response(setting, 200),
  '487 of nobody': (setting) => response(setting, 487),
}

/** That of the message, where it is a request: only the method tells the two transactions apart (RFC 3261 17.2.3). */
const ownBranch = ({ message, via }: FlowSetting): string =>
  message.startLine.kind === 'request' ? branchOf(message) : via().branch

const outside = (setting: FlowSetting, method: string, more?: string): Uint8Array => {
  const via = setting.via()
  return requestOutside(setting, method, via, `beside-${via.branch.slice(-12)}`, more)
}

/** A request outside of any dialog, of that sender. */
export function requestOutside(
  setting: FlowSetting,
  method: string,
  { sentBy, branch }: { readonly sentBy: string; readonly branch: string },
  callId: string,
  more = 'Max-Forwards: 70',
): Uint8Array {
  const lines = [
    `${method} sip:${setting.peer.remote.address}:${setting.peer.remote.port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${sentBy};rport;branch=${branch}`,
    'Max-Forwards: 70',
    `From: <sip:beside@${sentBy}>;tag=${branch.slice(-8)}`,
    `To: <sip:${setting.peer.remote.address}>`,
    `Call-ID: ${callId}`,
    `CSeq: 1 ${method}`,
    ...(more.startsWith('Max') ? [] : [more]),
    'Content-Length: 0',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

function response(setting: FlowSetting, status: number): Uint8Array {
  const { branch } = setting.via()
  const request = setting.playing.log.find(({ direction, message }) => direction === 'received' && methodOf(message))
  const { address, port } = setting.peer.remote
  const callId = (request && header(request.message, 'Call-ID')) ?? header(setting.message, 'Call-ID') ?? ''
  const method = (request && methodOf(request.message)) ?? 'INVITE'
  return Buffer.from(
    [
      `SIP/2.0 ${status} Beside`,
      `Via: SIP/2.0/UDP ${address}:${port};branch=${branch}`,
      'From: <sip:a@example.com>;tag=1',
      'To: <sip:b@example.com>;tag=2',
      `Call-ID: ${callId}`,
      `CSeq: 1 ${method}`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  )
}
