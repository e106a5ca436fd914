import { headers, writeMessage, type SipMessage, statusOf } from '#wire/sip'
import {
  answersInvite,
  before,
  behind,
  changed,
  isFinalSuccess,
  isResponse,
  same,
  type FlowOperator,
} from './flow-operator.ts'

/** A response of ours with another status. */
export function withStatus(
  message: SipMessage,
  status: number,
  reason: string,
  more: string[][] = [],
  body = '',
): Uint8Array {
  const keep = ['Via', 'From', 'To', 'Call-ID', 'CSeq']
  return writeMessage({
    startLine: { kind: 'response', status, reason },
    headers: [
      ...keep.flatMap((name) => headers(message, name).map((value) => [name, value] as const)),
      ...more.map(([name = '', value = '']) => [name, value] as const),
      ['Content-Length', String(body.length)],
    ],
    body: Buffer.from(body),
  })
}
const refusals: Readonly<Record<string, readonly [number, string]>> = {
  '301': [301, 'Moved Permanently'],
  '302': [302, 'Moved Temporarily'],
  '400': [400, 'Bad Request'],
  '404': [404, 'Not Found'],
  '408': [408, 'Request Timeout'],
  '480': [480, 'Temporarily Unavailable'],
  '486': [486, 'Busy Here'],
  '488': [488, 'Not Acceptable Here'],
  '499': [499, 'Unknown'],
  '500': [500, 'Server Internal Error'],
  '503': [503, 'Service Unavailable'],
  '603': [603, 'Decline'],
  '699': [699, 'Unknown'],
}

/** Other responses than the one that is due, before it, behind it, and in its place. */
export const responseOperators: readonly FlowOperator[] = [
  {
    name: 'response of another transaction',
    clause: 'RFC 3261 17.1.3',
    parameters: ['other branch', 'other method'],
    suits: isResponse,
    outcome: same,
    act: before((setting, p) => {
      // Had it been taken for the one that is awaited, that one would be refused.
      const refusal = withStatus(setting.message, 403, 'Forbidden')
      if (p === 'other branch') setting.inject(p, changed(refusal, /branch=z9hG4bK[^;,\s]*/, 'branch=z9hG4bKof-nobody'))
      else setting.inject(p, changed(refusal, /^(CSeq: *\d+) \w+/m, '$1 OPTIONS'))
    }),
  },
  {
    name: 'provisional after the final response',
    clause: 'RFC 6026 7.2',
    parameters: ['180', '183'],
    suits: (shape) => answersInvite(shape) && statusOf(shape.message) >= 200,
    outcome: same,
    act: behind(10, (setting, p) => setting.inject(p, withStatus(setting.message, Number(p), 'Late'))),
  },
  {
    name: 'other final response behind',
    clause: 'RFC 3261 17.1.1.2',
    parameters: ['486', '500', '603'],
    suits: (shape) => isFinalSuccess(shape),
    outcome: same,
    act: behind(10, (setting, p) => setting.inject(p, withStatus(setting.message, Number(p), 'Late'))),
  },
  {
    name: 'many provisional responses',
    clause: 'RFC 3261 13.2.2.1',
    parameters: ['10'],
    suits: (shape) => answersInvite(shape) && statusOf(shape.message) >= 200,
    outcome: same,
    act: before((setting) => {
      for (let count = 0; count < 10; count += 1)
        setting.inject('180', withStatus(setting.message, 180 + (count % 4), `Progress at ${setting.via().sentBy}`))
    }),
  },
  {
    name: 'answer substitute',
    clause: 'RFC 3261 8.1.3.2',
    parameters: Object.keys(refusals),
    suits: (shape) => answersInvite(shape) && isFinalSuccess(shape),
    outcome: () => 'refused',
    act: (setting, p) => {
      const [status, reason] = refusals[p] ?? [500, 'Server Internal Error']
      setting.pass(
        // What it tells about itself is for its own MC system alone.
        withStatus(
          setting.message,
          status,
          `${reason} at ${setting.via().sentBy}`,
          [
            ['Warning', `399 ${setting.via().sentBy} "141 user unknown to the participating function"`],
            ['Contact', `<sip:third@${setting.via().sentBy}>`],
            ['Content-Type', 'text/plain'],
          ],
          `${reason}: said ${setting.via().sentBy}`,
        ),
      )
      return true
    },
  },
]
