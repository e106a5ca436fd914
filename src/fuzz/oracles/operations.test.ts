import { expect, test } from 'vitest'
import { readMessage, type SipMessage } from '#wire/sip'
import type { FlowOperation } from '../case.ts'
import { nothingObserved, type Observation } from '../observation.ts'
import type { Played } from '../oracle.ts'
import { challengedPrivateCall } from '../scenarios/challenged-private-call.ts'
import { privateCall } from '../scenarios/private-call.ts'
import { serviceAuthorization } from '../scenarios/service-authorization.ts'
import type { Scenario } from '../scenario.ts'
import { answeredAgain, besideTheFlow } from './operations.ts'

const answer = (status: number, method = 'INVITE'): SipMessage =>
  readMessage(Buffer.from(`SIP/2.0 ${status} Said\r\nCSeq: 1 ${method}\r\nContent-Length: 0\r\n\r\n`))

const played = (scenario: Scenario, op: FlowOperation, seen: Partial<Observation>): Played =>
  ({
    one: { v: 1, scenario: scenario.id, baseline: 'plain', edits: [], ops: [op] },
    scenario,
    observation: { ...nothingObserved, finals: [answer(200)], ...seen },
  }) as unknown as Played

const what = (found: readonly { readonly what: string }[]): readonly string[] => found.map((one) => one.what)

const again: FlowOperation = { op: 'credentials again', at: '5' }
const late: FlowOperation = { op: 'cancel late', at: '5' }

test('the same credentials let nobody in twice, and a challenge is right', () => {
  const granted = played(challengedPrivateCall, again, { asideAnswers: [answer(200)] })
  expect(what(besideTheFlow(granted))).toEqual(['the same credentials let another request in'])
  expect(besideTheFlow(played(challengedPrivateCall, again, { asideAnswers: [answer(401)] }))).toEqual([])
})

test('a CANCEL that comes too late is answered', () => {
  expect(what(besideTheFlow(played(privateCall, late, {})))).toEqual(['no answer to a request beside it'])
  expect(besideTheFlow(played(privateCall, late, { asideAnswers: [answer(200, 'CANCEL')] }))).toEqual([])
})

test('a retransmission behind the answer is answered again, but for INVITE', () => {
  const authorization = serviceAuthorization('publish')
  const retransmit: FlowOperation = { op: 'retransmit', at: '1', p: 'answer' }
  expect(what(answeredAgain(played(authorization, retransmit, {})))).toEqual(['a retransmission is not answered again'])
  expect(answeredAgain(played(authorization, retransmit, { repeated: 1 }))).toEqual([])
  expect(answeredAgain(played(privateCall, { ...retransmit, at: '5' }, {}))).toEqual([])
})
