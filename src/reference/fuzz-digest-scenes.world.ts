import { createDigestClient } from '#stack/sip'
import type { DigestClient } from '#stack/sip'
import { readMessage } from '#wire/sip'
import { callText, soon } from './fuzz-scenes.world.ts'
import type { Bench, Draft } from './raw-peers.world.ts'
import { user } from './two-mc-systems.world.ts'

type Scene = (bench: Bench) => Promise<readonly string[]>

const password = 'secret'

/** The passwords of a primary MC service server. */
export const digest = {
  realm: 'primary.example',
  users: {
    bob: { password, mcServiceIds: [user('bob')] },
    carol: { password, mcServiceIds: [user('carol')] },
  },
}

interface Attempt {
  readonly username?: string
  /** What the credentials are made for. */
  readonly uri?: string
  /** In the place of that in the challenge. */
  readonly nonce?: string
  readonly draft?: Draft
}

/** A client that knows its password. */
export const digestClient = (username = 'bob'): DigestClient =>
  createDigestClient({ credentials: { kind: 'password', username, password }, makeCnonce: () => 'cnonce' })

/** Asks for a call, is challenged, and asks again with credentials; gives what the second attempt comes to. */
async function callWithCredentials(bench: Bench, attempt: Attempt): Promise<readonly string[]> {
  const { client } = bench.peers
  client.send(callText(bench))
  const challenge = await client.next('401')
  if (challenge === undefined) return ['no challenge']
  const agent = digestClient(attempt.username)
  const { nonce } = attempt
  const text = Buffer.from(challenge.octets).toString('latin1')
  agent.receive(
    nonce === undefined
      ? challenge
      : readMessage(Buffer.from(text.replace(/nonce="[^"]*"/g, `nonce="${nonce}"`), 'latin1')),
  )
  return secondAttempt(bench, agent, attempt)
}

/** A call with the credentials of that client. */
export async function secondAttempt(
  bench: Bench,
  agent: DigestClient,
  { uri, draft = {} }: Attempt,
): Promise<readonly string[]> {
  const { client, primaryGateway } = bench.peers
  const text = callText(bench, { as: 'second', ...draft })
  const { startLine, body } = readMessage(Buffer.from(text, 'latin1'))
  const own = startLine.kind === 'request' ? startLine.requestUri : ''
  const fields = agent.authorize('INVITE', uri ?? own, body).map(([name, value]) => `${name}: ${value}\r\n`)
  client.send(text.replace(/^Contact: /m, (field) => `${fields.join('')}${field}`))
  const invite = await primaryGateway.next('INVITE', soon)
  if (invite !== undefined) primaryGateway.answer(invite, '486 Busy Here')
  const status = await client.status('INVITE', 2000, /^Call-ID: (.*)\r$/m.exec(text)?.[1])
  return [invite === undefined ? status : 'INVITE leaves']
}

/** Triggers where clients are challenged. */
export const digestScenes: Readonly<Record<string, Scene>> = {
  async 'invite-not-challenged'(bench) {
    await bench.provision({ digest })
    bench.peers.client.send(callText(bench))
    if ((await bench.peers.primaryGateway.next('INVITE', soon)) !== undefined) return ['INVITE leaves']
    return [await bench.peers.client.status('INVITE')]
  },
  async 'digest-uri-unchecked'(bench) {
    await bench.provision({ digest })
    return callWithCredentials(bench, { uri: 'sip:other@primary.example' })
  },
  async 'nonce-of-nobody-taken'(bench) {
    await bench.provision({ digest })
    return callWithCredentials(bench, { nonce: 'f'.repeat(32) })
  },
  async 'identity-not-bound-to-user'(bench) {
    await bench.provision({ digest })
    return callWithCredentials(bench, { username: 'carol' })
  },
}
