import type { CallMachine } from './call-machine.ts'
import { expireAfter, refreshAfter, type SessionTimerAgreement } from './session-timer.ts'

/** Starts the timers of a session anew, with every 2xx to an INVITE or UPDATE (RFC 4028 10). */
export function startSessionTimer(call: CallMachine, agreement: SessionTimerAgreement | undefined): void {
  const { queues } = call.agent.stack
  call.timer?.stop()
  call.expiry?.stop()
  call.timer = undefined
  call.expiry = undefined
  call.sessionTimer = agreement
  if (agreement === undefined) return
  call.expiry = queues.start(expireAfter(agreement), expire, call)
  if (agreement.weRefresh) call.timer = queues.start(refreshAfter(agreement), refresh, call)
}

// "If UPDATE is supported by the peer, it is RECOMMENDED": it needs no offer and no ACK (RFC 4028 7.4).
function refresh(call: CallMachine): void {
  const update = call.peerUpdates
  void call.modify(update ? 'UPDATE' : 'INVITE', update ? {} : { body: call.localDescription })
}

// "If the side not performing refreshes does not receive a session refresh request before the session expiration, it SHOULD send a BYE."
function expire(call: CallMachine): void {
  call.leavingText = 'the session timer expired (RFC 4028 10)'
  call.leavingHeaders = [['Reason', 'SIP ;cause=408 ;text="Session timer expired"']]
  call.handle('hang-up')
}
