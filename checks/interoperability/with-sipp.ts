import type { SipTimers } from '#stack/sip'
import { answerCalls, call } from './call.ts'
import { type InteroperabilityCheck, withClosing } from './check.ts'
import { address, contactOf, element, expectThat, until } from './elements.ts'
import { openLossyRelay } from './lossy-relay.ts'
import { type SippOptions, startSippClient, startSippServer } from './sipp.ts'

const calls = 200
/** Shorter than usual, so that what is lost is repeated soon. */
const timers: SipTimers = { t1: 100, t2: 800, t4: 1000 }
const lost = 5

const kind = ({ transport, lost: loss }: SippOptions): string =>
  `${transport}${loss === undefined ? '' : `, ${loss} % of messages lost`}`

/** We call SIPp's default user agent server. */
const calling = (options: SippOptions): InteroperabilityCheck => ({
  name: `${calls} calls to its uas by ${kind(options)}`,
  program: 'sipp',
  run: () =>
    withClosing(async (closeLater) => {
      // SIPp does not answer again what it has lost itself: datagrams are lost on the way.
      const sipp = startSippServer({ transport: options.transport })
      closeLater(() => sipp.program.stop())
      const stack = await element({ timers })
      closeLater(() => stack.close())
      await until(() => sipp.statistics().size > 0, 'SIPp to be ready')
      const relay = options.lost === undefined ? undefined : await openLossyRelay(sipp.port, options.lost)
      if (relay !== undefined) closeLater(() => relay.close())
      const target = { transport: options.transport, address, port: relay?.port ?? sipp.port } as const
      const one = async (): Promise<number> => {
        const made = await call({
          ...{ stack, from: 'sip:a@open.test', to: `sip:service@${address}:${sipp.port}`, target },
          ...{ contact: contactOf('a', stack, options.transport), stayOnTarget: relay !== undefined },
        })
        expectThat(made.answers.at(-1) === '200 OK', '200 to INVITE', made.answers)
        const ended = await made.bye()
        expectThat(ended === '200 OK', '200 to BYE', ended)
        return made.repeated()
      }
      let repeated = 0
      for (let begun = 0; begun < calls; begun += 50) {
        const done = await Promise.all(Array.from({ length: 50 }, () => one()))
        repeated += done.reduce((sum, again) => sum + again, 0)
      }
      expectThat(options.lost !== undefined || repeated === 0, 'no 200 repeated', repeated)
      expectThat(relay === undefined || relay.dropped() > calls / 10, 'some datagrams lost', relay?.dropped())
      return `${calls} good calls, ${relay?.dropped() ?? 0} datagrams lost, ${repeated} times a 200 came again and was acknowledged again`
    }),
})

/** SIPp's default user agent client calls us. */
const called = (options: SippOptions): InteroperabilityCheck => ({
  name: `${calls} calls of its uac by ${kind(options)}`,
  program: 'sipp',
  run: () =>
    withClosing(async (closeLater) => {
      const stack = await element({ timers })
      closeLater(() => stack.close())
      const answering = answerCalls(stack, 'service', options.transport)
      const sipp = startSippClient(stack.local, { calls, rate: 100, hold: 100 }, options)
      closeLater(() => sipp.program.stop())
      const code = await sipp.program.ended(90_000)
      const statistics = sipp.statistics()
      const [good, bad] = [statistics.get('SuccessfulCall(C)'), statistics.get('FailedCall(C)')]
      expectThat(code === 0 && good === String(calls), `${calls} good calls and exit code 0`, { code, good, bad })
      const retransmissions = Number(statistics.get('Retransmissions(C)'))
      const none = retransmissions === 0 && answering.repeated() === 0
      expectThat(options.lost === undefined ? none : !none, options.lost === undefined ? 'no retransmission' : 'some', {
        theirs: retransmissions,
        ours: answering.repeated(),
      })
      return `${good} good calls, ${retransmissions} retransmissions of theirs, ${answering.repeated()} repeated 200 of ours`
    }),
})

export const sippChecks: readonly InteroperabilityCheck[] = [
  ...(['udp', 'tcp'] as const).flatMap((transport) => [calling({ transport }), called({ transport })]),
  calling({ transport: 'udp', lost }),
  called({ transport: 'udp', lost }),
]
