import type { SipTimers } from '#stack/sip'
import { header } from '#wire/sip'
import { answerCalls, call, userAgent } from './call.ts'
import { type InteroperabilityCheck, withClosing } from './check.ts'
import { address, element, expectThat, until } from './elements.ts'
import { openDomain } from './kamailio.ts'
import { openLossyRelay } from './lossy-relay.ts'
import { type SippOptions, startSippClient, startSippServer } from './sipp.ts'

const calls = 200
const lost = 5
/** Shorter than usual, so that what is lost is soon repeated. */
const hasty: SipTimers = { t1: 100, t2: 800, t4: 1000 }

const kind = ({ transport, lost: loss }: SippOptions): string =>
  `${transport}${loss === undefined ? '' : `, ${loss} % of messages lost`}`

/** We call SIPp; what is lost is lost on the way. */
const calling = (options: SippOptions): InteroperabilityCheck => ({
  name: `${calls} calls to its uas by ${kind(options)}`,
  program: 'sipp',
  run: () =>
    withClosing(async (closeLater) => {
      const sipp = startSippServer(options)
      closeLater(() => sipp.program.stop())
      let repeated = 0
      const stack = await element({
        ...(options.lost !== undefined && { timers: hasty }),
        onTrace({ direction, retransmission, message }) {
          const isAnswer = message.startLine.kind === 'response' && message.startLine.status === 200
          const ofInvite = header(message, 'cseq')?.endsWith(' INVITE') === true
          if (direction === 'received' && retransmission && isAnswer && ofInvite) repeated += 1
        },
      })
      closeLater(() => stack.close())
      await until(() => sipp.statistics().size > 0, 'SIPp to be ready')
      const relay = options.lost === undefined ? undefined : await openLossyRelay(sipp.port, options.lost)
      if (relay !== undefined) closeLater(() => relay.close())
      const target = { transport: options.transport, address, port: relay?.port ?? sipp.port } as const
      const caller = userAgent(stack, 'a', openDomain, options.transport, {
        // SIPp names itself as Contact, and not the way to it.
        ...(relay !== undefined && { route: () => target }),
      })
      const one = async (): Promise<void> => {
        const made = await call(caller, { to: `sip:service@${address}:${sipp.port}`, target })
        expectThat(made.answers.at(-1) === '200 OK', '200 to INVITE', made.answers)
        // Longer than SIPp waits for an ACK that was lost, before it sends its 200 again.
        if (relay !== undefined) await new Promise((resolve) => setTimeout(resolve, 700))
        const ended = await made.bye()
        expectThat(ended === '200 OK', '200 to BYE', ended)
      }
      for (let begun = 0; begun < calls; begun += 50) await Promise.all(Array.from({ length: 50 }, () => one()))
      expectThat(caller.count === 0, 'no dialog left', caller.count)
      expectThat((relay !== undefined) === repeated > 0, relay ? 'some 200 repeated' : 'no 200 repeated', repeated)
      expectThat(relay === undefined || relay.dropped() > calls / 10, 'some datagrams lost', relay?.dropped())
      return `${calls} good calls, ${relay?.dropped() ?? 0} datagrams lost, a 200 came again ${repeated} times and was acknowledged again`
    }),
})

/** SIPp calls us. Our timers are as usual: it repeats a BYE for half a minute, and 64 times T1 is how long its transaction is known (RFC 3261 17.2.2). */
const called = (options: SippOptions): InteroperabilityCheck => ({
  name: `${calls} calls of its uac by ${kind(options)}`,
  program: 'sipp',
  run: () =>
    withClosing(async (closeLater) => {
      const stack = await element()
      closeLater(() => stack.close())
      const agent = userAgent(stack, 'service', openDomain, options.transport)
      const { calls: came } = answerCalls(agent)
      const sipp = startSippClient(stack.local, { calls, rate: 100, hold: 100 }, options)
      closeLater(() => sipp.program.stop())
      const code = await sipp.program.ended(90_000)
      const statistics = sipp.statistics()
      const [good, bad] = [statistics.get('SuccessfulCall(C)'), statistics.get('FailedCall(C)')]
      expectThat(code === 0 && good === String(calls), `${calls} good calls and exit code 0`, { code, good, bad })
      const retransmissions = Number(statistics.get('Retransmissions(C)'))
      const again = stack.count.retransmissions
      const none = retransmissions === 0 && again === 0
      expectThat(options.lost === undefined ? none : !none, options.lost === undefined ? 'no retransmission' : 'some', {
        theirs: retransmissions,
        ours: again,
      })
      await until(() => came.ended === calls && agent.count === 0, 'every BYE, and no dialog left')
      return `${good} good calls, ${retransmissions} retransmissions of theirs, ${again} of ours`
    }),
})

export const sippChecks: readonly InteroperabilityCheck[] = [
  ...(['udp', 'tcp'] as const).flatMap((transport) => [calling({ transport }), called({ transport })]),
  calling({ transport: 'udp', lost }),
  called({ transport: 'udp', lost }),
]
