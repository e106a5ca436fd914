import { createDigestChallenger, createProxy, createRegistrar, systemClock, type Trace } from '#stack/sip'
import { headers, headerValue } from '#wire/sip'
import { type Baresip, command, startBaresip } from './baresip.ts'
import { type InteroperabilityCheck, withClosing } from './check.ts'
import { element, expectThat, until, word } from './elements.ts'
import { openDomain } from './kamailio.ts'

type Transport = 'udp' | 'tcp'

const users = ['alice', 'bob'] as const

/** Counts what the proxy sent: `INVITE`, `200 INVITE`, each with its transport. */
function counting(): { readonly onTrace: (trace: Trace) => void; readonly of: (what: string) => number } {
  const counts = new Map<string, number>()
  return {
    onTrace({ direction, message, transport, retransmission }) {
      if (direction !== 'sent' || retransmission) return
      const { startLine } = message
      const method = headerValue(message, 'CSeq')?.method ?? ''
      const what = startLine.kind === 'response' ? `${startLine.status} ${method}` : method
      const recorded = startLine.kind === 'request' && headers(message, 'record-route').length > 0
      for (const one of [what, `${what} ${transport}`, ...(recorded ? [`${what} recorded`] : [])])
        counts.set(one, (counts.get(one) ?? 0) + 1)
    },
    of: (what) => counts.get(what) ?? 0,
  }
}

interface Setting {
  readonly sent: ReturnType<typeof counting>
  readonly start: (user: (typeof users)[number], transport: Transport, answers?: 'auto' | 'manual') => Baresip
  /** Until so many of the users are registered. */
  readonly untilRegistered: (users: number) => Promise<void>
  /** Fails when requests wait or trouble was met. */
  readonly expectQuiet: () => void
}

/** Our proxy with its registrar, which asks for passwords. */
async function setting(closeLater: (close: () => Promise<unknown>) => void): Promise<Setting> {
  const sent = counting()
  const stack = await element({ onTrace: sent.onTrace })
  closeLater(() => stack.close())
  const registrar = createRegistrar({
    clock: systemClock,
    domains: [openDomain],
    challenger: createDigestChallenger({
      ...{ realm: openDomain, secret: word(), clock: systemClock, algorithms: ['MD5'] },
      passwordOf: (username) => (users.some((user) => user === username) ? 'password' : undefined),
    }),
  })
  closeLater(async () => registrar.close())
  const proxy = createProxy(stack, { domains: [openDomain], registrar })
  const isBound = (user: string): boolean => registrar.bindings.of(`sip:${user}@${openDomain}`).length > 0
  return {
    sent,
    start(user, transport, answers) {
      const baresip = startBaresip(stack.local.port, transport, openDomain, user, answers)
      closeLater(() => baresip.program.stop())
      return baresip
    },
    untilRegistered: (count) =>
      until(() => users.filter((user) => isBound(user)).length === count, `${count} users registered`, 20_000),
    expectQuiet() {
      expectThat(proxy.waiting === 0, 'no request that waits', proxy.waiting)
      expectThat(stack.troubles.length === 0, 'no trouble', stack.troubles)
    },
  }
}

const dial = (caller: Baresip, called: string): Promise<void> =>
  command(caller.controlPort, 'dial', `sip:${called}@${openDomain}`)

/** Two baresips register to our registrar and call each other through our proxy: one call is ended by who called, the other by who was called. */
const throughProxy = (aliceBy: Transport, bobBy: Transport): InteroperabilityCheck => ({
  name: `two of them register and call each other through our proxy, ${aliceBy} to ${bobBy} and back`,
  program: 'baresip',
  run: () =>
    withClosing(async (closeLater) => {
      const { sent, start, untilRegistered, expectQuiet } = await setting(closeLater)
      const [alice, bob] = [start('alice', aliceBy), start('bob', bobBy)]
      await untilRegistered(2)

      let calls = 0
      const call = async (caller: Baresip, called: string, ending: Baresip): Promise<void> => {
        calls += 1
        await dial(caller, called)
        await until(() => sent.of('200 INVITE') === calls && sent.of('ACK') === calls, `call ${calls}: 200 and ACK`)
        await caller.program.says(/Call established/, 5000)
        await command(ending.controlPort, 'hangup')
        await until(() => sent.of('200 BYE') === calls, `call ${calls}: BYE and 200`)
      }
      await call(alice, 'bob', bob)
      await call(bob, 'alice', bob)
      await call(alice, 'bob', alice)

      expectThat(sent.of('INVITE recorded') === calls, `${calls} INVITE with Record-Route`, sent.of('INVITE recorded'))
      const transports = ['udp', 'tcp'] as const
      const byTransport = transports.map((transport) => sent.of(`INVITE ${transport}`))
      const expected = transports.map((one) => (bobBy === one ? 2 : 0) + (aliceBy === one ? 1 : 0))
      expectThat(byTransport.join() === expected.join(), `INVITE by udp and tcp ${expected.join()}`, byTransport)
      await Promise.all([alice.program.stop(), bob.program.stop()])
      await untilRegistered(0)
      expectQuiet()
      return `${calls} calls: 200, ACK, BYE on the recorded route, ended by either side`
    }),
})

/** A call that is given up while it rings, and one to somebody who has left. */
const withoutAnswer = (transport: Transport): InteroperabilityCheck => ({
  name: `one of them gives up a call that rings and calls one who has left through our proxy, ${transport}`,
  program: 'baresip',
  run: () =>
    withClosing(async (closeLater) => {
      const { sent, start, untilRegistered, expectQuiet } = await setting(closeLater)
      const [alice, bob] = [start('alice', transport), start('bob', transport, 'manual')]
      await untilRegistered(2)
      await dial(alice, 'bob')
      await until(() => sent.of('180 INVITE') > 0, '180')
      await command(alice.controlPort, 'hangup')
      await until(() => sent.of('CANCEL') === 1 && sent.of('487 INVITE') === 1, 'CANCEL passed on, and 487')
      await until(() => sent.of('ACK') === 1, 'the ACK of the proxy to the 487')
      await bob.program.stop()
      await untilRegistered(1)
      await dial(alice, 'bob')
      await until(() => sent.of('480 INVITE') === 1, '480')
      await alice.program.says(/480/, 5000)
      expectQuiet()
      return '180, CANCEL, 487; then 480'
    }),
})

export const proxyChecks: readonly InteroperabilityCheck[] = [
  throughProxy('udp', 'udp'),
  throughProxy('tcp', 'tcp'),
  throughProxy('udp', 'tcp'),
  withoutAnswer('udp'),
  withoutAnswer('tcp'),
]
