import {
  createDigestChallenger,
  createRegistrar,
  type RegistrationChange,
  systemClock,
  type Trace,
  type UserServerTransaction,
} from '#stack/sip'
import { answerCalls, call, userAgent } from './call.ts'
import { command, startBaresip } from './baresip.ts'
import { proxyChecks } from './baresip-through-proxy.ts'
import { type InteroperabilityCheck, withClosing } from './check.ts'
import { element, endpointOf, expectThat, until, word } from './elements.ts'
import { openDomain } from './kamailio.ts'

const aor = `sip:alice@${openDomain}`

/** baresip registers to our registrar with a password, is called at its contact, calls us through the registrar's element, and leaves. */
const registering = (transport: 'udp' | 'tcp'): InteroperabilityCheck => ({
  name: `registers to our registrar by ${transport} with Digest, is called, calls, leaves`,
  program: 'baresip',
  run: () =>
    withClosing(async (closeLater) => {
      const changes: RegistrationChange[] = []
      const registers: string[] = []
      const registrar = createRegistrar({
        clock: systemClock,
        domains: [openDomain],
        challenger: createDigestChallenger({
          ...{ realm: openDomain, secret: word(), clock: systemClock, algorithms: ['MD5'] },
          passwordOf: (username) => (username === 'alice' ? 'password' : undefined),
        }),
        onChange: (change) => changes.push(change),
      })
      const stack = await element({
        onTrace({ direction, message: { startLine } }: Trace) {
          if (direction === 'sent' && startLine.kind === 'response') registers.push(String(startLine.status))
        },
      })
      closeLater(() => stack.close())
      stack.attach({
        onRequest(transaction: UserServerTransaction) {
          const { startLine } = transaction.request
          if (startLine.kind !== 'request' || startLine.method !== 'REGISTER') return false
          registrar.receive(transaction)
          return true
        },
      })
      const bob = userAgent(stack, 'bob', openDomain, transport)
      const answering = answerCalls(bob)
      const baresip = startBaresip(stack.local.port, transport, openDomain)
      closeLater(() => baresip.program.stop())
      await until(() => changes.length > 0, 'baresip to register', 20_000)
      expectThat(registers.slice(0, 2).join() === '401,200', '401, then 200', registers)

      const [binding] = registrar.bindings.of(aor)
      const to = binding?.contact ?? ''
      const made = await call(bob, { to, target: await endpointOf(to, transport) })
      expectThat(made.answers.at(-1)?.startsWith('200') === true, '200 to our INVITE', made.answers)
      await new Promise((resolve) => setTimeout(resolve, 200))
      const ended = await made.bye()
      expectThat(ended.startsWith('200'), '200 to our BYE', ended)

      await command(baresip.controlPort, 'dial', `sip:bob@${openDomain}`)
      await until(() => answering.calls.acknowledged === 1, 'a call of baresip, acknowledged')
      await command(baresip.controlPort, 'hangup')
      await until(() => answering.calls.ended === 1, 'its BYE')
      await baresip.program.stop()
      await until(() => registrar.bindings.of(aor).length === 0, 'baresip to remove its binding')
      expectThat(stack.troubles.length === 0, 'no trouble', stack.troubles)
      return `${changes.map(({ kind }) => kind).join(', ')}; called and calling: 200, ACK, BYE`
    }),
})

export const baresipChecks: readonly InteroperabilityCheck[] = [registering('udp'), registering('tcp'), ...proxyChecks]
