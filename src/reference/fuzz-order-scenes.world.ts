import { setTimeout } from 'node:timers/promises'
import { header } from '#wire/sip'
import type { SipMessage } from '#wire/sip'
import { cancelOf } from './fuzz-call-scenes.world.ts'
import { dialogOf, soon } from './fuzz-scenes.world.ts'
import type { Bench } from './raw-peers.world.ts'
import { document, identities, primary, temporary, token, user } from './two-mc-systems.world.ts'
import type { Ports } from './two-mc-systems.world.ts'

type Scene = (bench: Bench) => Promise<readonly string[]>

const next = { transport: 'udp', address: '127.0.0.1' } as const

/** A call of the client that is redirected to the identity that it called. */
async function redirectedToItself(bench: Bench): Promise<readonly string[]> {
  const { primaryServer } = bench.peers
  const ies = { callingParty: user('bob'), calledParty: user('alice') }
  bench.reference.system().stimulate({
    action: 'private call request',
    service: 'mcptt',
    ies,
    towards: { ...next, identity: identities.primaryServer, port: primaryServer.port },
    alternative: 'publish',
  })
  const invite = await primaryServer.next('INVITE')
  if (invite === undefined) return ['no INVITE']
  primaryServer.answer(invite, '100 Trying')
  const parties = { inReplyTo: header(invite, 'Call-ID') ?? '', user: user('bob'), leg: 'to-client' as const }
  const said = { ...ies, redirectedTo: user('alice'), reason: 'migrated' }
  primaryServer.send(bench.request('primaryServer', 'private call redirection', said, { parties }))
  const cancel = await primaryServer.next('CANCEL')
  if (cancel !== undefined) {
    primaryServer.answer(cancel, '200 OK')
    primaryServer.answer(invite, '487 Request Terminated')
  }
  await primaryServer.next('ACK')
  return [(await primaryServer.next('INVITE', soon)) === undefined ? 'nothing leaves' : 'INVITE leaves']
}

const participatingIdentity = 'sip:server@participating.example'

/** A participating MC service server of the primary MC system, and the one of the IOPS MC system played by the test. */
async function provisionContinuity(bench: Bench, migrationResponse = 2000): Promise<void> {
  const ports = Object.fromEntries(Object.entries(bench.peers).map(([role, { port }]) => [role, port])) as Ports
  const usual = document(
    ports,
    { partnerGateway: true, primaryGateway: true },
    'udp',
    ['partnerServer'],
    migrationResponse,
  )
  const [server] = usual.functions
  if (server?.role !== 'partnerServer') throw new Error('no partner server')
  const outcome = await bench.reference.provision({
    ...usual,
    functions: [
      {
        role: 'participatingServer',
        name: 'participatingServer',
        listen: { address: '127.0.0.1', port: 0 },
        identity: participatingIdentity,
        system: primary,
        idm: server.idm,
        servers: [{ ...next, identity: identities.primaryServer, port: bench.peers.primaryServer.port, trusted: true }],
      },
    ],
  })
  if (!outcome.ok) throw new Error(outcome.faults.join('\n'))
  bench.port = bench.reference.functions()[0]?.local.port ?? 0
}

const ofBob = { from: user('bob'), user: user('bob'), to: participatingIdentity }

/** Service authorization, and a call continuity request; the switch request that leaves for it is taken in. */
async function askForContinuity(bench: Bench, as: string): Promise<SipMessage | undefined> {
  const { client, primaryServer } = bench.peers
  const draft = { as, parties: ofBob }
  const credentials = await token({ sub: user('bob') })
  client.send(
    bench.request('client', 'service authorization request', { mcServiceId: user('bob'), credentials }, draft),
  )
  await client.status('PUBLISH')
  const asked = { mcServiceId: user('bob'), otherUser: temporary('alice'), formerServer: identities.primaryServer }
  client.send(bench.request('client', 'call continuity request', asked, draft))
  const request = await primaryServer.next('MESSAGE')
  if (request !== undefined) primaryServer.answer(request, '200 OK')
  return request
}

/** The IOPS MC system takes the user over. */
function acceptSwitch(bench: Bench, request: SipMessage): void {
  const parties = {
    from: identities.primaryServer,
    to: participatingIdentity,
    inReplyTo: header(request, 'Call-ID') ?? '',
  }
  const said = { mcServiceId: user('bob'), result: 'accepted', controllingServer: identities.primaryServer }
  bench.peers.primaryServer.send(
    bench.request('primaryServer', 'participating server switch response', said, { parties }),
  )
}

function uplink(bench: Bench): string {
  const call = { callingParty: user('bob'), calledParty: temporary('alice') }
  return bench.request('client', 'private call request', call, { parties: { ...ofBob, leg: 'from-client' } })
}

async function signalUplink(bench: Bench): Promise<readonly string[]> {
  const { client, primaryServer } = bench.peers
  client.send(uplink(bench))
  if ((await primaryServer.next('INVITE', soon)) !== undefined) return ['INVITE leaves']
  return [await client.status('INVITE')]
}

/** Uplink signalling, though the IOPS MC system has not answered the switch request. */
async function uplinkTooEarly(bench: Bench): Promise<readonly string[]> {
  await provisionContinuity(bench)
  if ((await askForContinuity(bench, 'once')) === undefined) return ['no switch request']
  return signalUplink(bench)
}

/** Uplink signalling behind a switch response, when the time of a switch request before that one has run out. */
async function uplinkBehindAnother(bench: Bench): Promise<readonly string[]> {
  const time = 700
  await provisionContinuity(bench, time)
  const before = await askForContinuity(bench, 'once')
  await setTimeout(time / 2)
  const request = await askForContinuity(bench, 'again')
  if (before === undefined || request === undefined) return ['no switch request']
  acceptSwitch(bench, request)
  await setTimeout(time)
  return signalUplink(bench)
}

/** Uplink signalling that the client cancels while it rings on the other side. */
async function uplinkCancelled(bench: Bench): Promise<readonly string[]> {
  await provisionContinuity(bench)
  const request = await askForContinuity(bench, 'once')
  if (request === undefined) return ['no switch request']
  const { client, primaryServer } = bench.peers
  acceptSwitch(bench, request)
  await primaryServer.status('MESSAGE')
  const call = uplink(bench)
  client.send(call)
  const invite = await primaryServer.next('INVITE')
  if (invite === undefined) return [await client.status('INVITE')]
  primaryServer.answer(invite, '180 Ringing')
  client.send(cancelOf(call))
  const ended = await client.next('487')
  const cancel = await primaryServer.next('CANCEL', soon)
  return [ended === undefined ? 'silence' : '487', cancel === undefined ? 'nothing leaves' : 'CANCEL leaves']
}

const group = user('fire-brigade')

/** A group call in which nobody asks for the floor, and somebody else's Floor Ack comes all the time. */
async function acknowledgedByNobody(bench: Bench): Promise<readonly string[]> {
  const { primaryServer: participating } = bench.peers
  const identity = 'sip:controlling@iops.example'
  const outcome = await bench.reference.provision({
    format: 1,
    seed: 7,
    timers: { sip: { t1: 60, t2: 240, t4: 300 }, floorInactivity: 700 },
    functions: [
      {
        role: 'iopsControllingServer',
        name: 'controlling',
        listen: { address: '127.0.0.1', port: 0 },
        identity,
        system: 'inside.primary.example',
        groups: { [group]: { members: [user('bob')] } },
        participating: {},
        servers: [{ ...next, identity: identities.primaryServer, port: participating.port, trusted: true }],
      },
    ],
  })
  if (!outcome.ok) throw new Error(outcome.faults.join('\n'))
  bench.port = bench.reference.functions()[0]?.local.port ?? 0
  const media = { address: '127.0.0.1', audioPort: participating.port, floorPort: participating.port }
  const ies = { mcServiceId: user('bob'), groupId: group }
  const text = bench.request('primaryServer', 'group call join request', ies, { parties: { to: identity, media } })
  participating.send(text)
  const ok = await participating.next('200')
  if (ok === undefined) return [await participating.status('INVITE')]
  participating.send(dialogOf(bench, text, ok, participating.port)('ACK', '1'))
  const floorPort = Number(/^m=application (\d+)/m.exec(Buffer.from(ok.body).toString())?.[1])
  const acknowledging = setInterval(() => participating.send(floorAck, floorPort), 100)
  const bye = await participating.next('BYE', 2500)
  clearInterval(acknowledging)
  return ['200', bye === undefined ? 'nothing leaves' : 'BYE leaves']
}

/** TS 24.380 8.2.13: an RTCP packet of the application MCPT, subtype 10, without a field. */
const floorAck = Buffer.from('8acc00020000000a4d435054', 'hex')

/** Triggers of an order or a number of steps. */
export const orderScenes: Readonly<Record<string, Scene>> = {
  'redirections-followed-without-end': redirectedToItself,
  'continued-before-switch-response': uplinkTooEarly,
  'given-up-switch-ends-next': uplinkBehindAnother,
  'cancelled-call-rings-on': uplinkCancelled,
  'inactivity-restarted-by-any-packet': acknowledgedByNobody,
}
