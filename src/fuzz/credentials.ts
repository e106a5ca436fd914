import { createHash } from 'node:crypto'
import { headers, type SipMessage } from '#wire/sip'
import { compareIdentities } from './identities.ts'
import type { Violation } from './legality.ts'

/** What an element that challenges its clients asks for (RFC 3261 22, RFC 7616). */
export interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly algorithm: string
  readonly qop: boolean
  readonly opaque: string | undefined
}

/** Every user of the fuzzer has this one. */
export const password = 'secret'
export const usernameOf = (index: number): string => `client-${String(index).padStart(6, '0')}`

/** What the places of a message with credentials are found by, before there was a challenge. */
export const exampleChallenge: Challenge = {
  realm: 'a.reference.example',
  nonce: '0123456789abcdef0123456789abcdef',
  algorithm: 'MD5',
  qop: true,
  opaque: undefined,
}

export function challengeIn(response: SipMessage): Challenge | undefined {
  const all = headers(response, 'WWW-Authenticate').map(parametersOf)
  const found = all.find(({ algorithm = 'MD5' }) => /^(?:MD5|SHA-256)$/i.test(algorithm))
  if (found?.['nonce'] === undefined) return undefined
  return {
    realm: found['realm'] ?? '',
    nonce: found['nonce'],
    algorithm: found['algorithm'] ?? 'MD5',
    qop: found['qop'] !== undefined,
    opaque: found['opaque'],
  }
}

/** The parameters of credentials or of a challenge. A name is looked for where a word begins: a long one would be gone through from every letter of it. */
export const parametersOf = (value: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...value.matchAll(/(?<![\w-])([\w-]+)=(?:"([^"]*)"|([^\s,"]+))/g)].map(([, name = '', quoted, plain]) => [
      name.toLowerCase(),
      quoted ?? plain ?? '',
    ]),
  )

/** Whom credentials are for, and what they are made with. */
export interface Holder {
  readonly username: string
  readonly password: string
  readonly method: string
  readonly uri: string
  readonly count?: string
}

export function writeCredentials(
  challenge: Challenge,
  { username, password: secret, method, uri, count = '00000001' }: Holder,
): string {
  const { realm, nonce, algorithm, qop, opaque } = challenge
  const hash = (text: string): string =>
    createHash(/^sha-256$/i.test(algorithm) ? 'sha256' : 'md5')
      .update(text)
      .digest('hex')
  const [one, two] = [hash(`${username}:${realm}:${secret}`), hash(`${method}:${uri}`)]
  const cnonce = 'fuzzer'
  const response = hash(qop ? `${one}:${nonce}:${count}:${cnonce}:auth:${two}` : `${one}:${nonce}:${two}`)
  const parts = [
    `username="${username}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(qop ? [`cnonce="${cnonce}"`, 'qop=auth', `nc=${count}`] : []),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
  ]
  return `Digest ${parts.join(', ')}`
}

/** A request with the credentials of that user in it. */
export function withCredentials(octets: Uint8Array, challenge: Challenge, user: number): Buffer {
  const text = Buffer.from(octets).toString('latin1')
  const [, method = '', uri = ''] = /^(\S+) (\S+)/.exec(text) ?? []
  const value = writeCredentials(challenge, { username: usernameOf(user), password, method, uri })
  return Buffer.from(
    text.replace(/\r\nContent-Length:/i, () => `\r\nAuthorization: ${value}\r\nContent-Length:`),
    'latin1',
  )
}

export const withoutCredentials = (octets: Uint8Array): Buffer =>
  Buffer.from(
    Buffer.from(octets)
      .toString('latin1')
      .replace(/^Authorization:.*\r\n/im, ''),
    'latin1',
  )

/** RFC 3261 22.1, RFC 7616 3.4: who says nothing, or something that was not made with its password for this request, is not let in. */
export function judgeCredentials(message: SipMessage, user: number): readonly Violation[] {
  const broken = (rule: string, clause: string): readonly Violation[] => [
    { level: 'elements', rule, clause, reaction: 'refuse' },
  ]
  const [value, another] = headers(message, 'Authorization')
  if (value === undefined) return broken('no credentials', 'RFC 3261 22.1')
  if (another !== undefined || message.startLine.kind !== 'request') return []
  const said = parametersOf(value)
  if (!/^digest\s/i.test(value.trim())) return broken('credentials of another scheme', 'RFC 3261 22.1')
  if (said['username'] !== usernameOf(user)) return broken('credentials of somebody else', 'RFC 3261 22.1')
  const { method, requestUri } = message.startLine
  const { uri = '' } = said
  // Who compares them may leave out what RFC 3261 19.1.4 does.
  if (compareIdentities(uri, requestUri) === 'different')
    return broken('credentials for another Request-URI', 'RFC 7616 3.4.6')
  const challenge: Challenge = {
    realm: said['realm'] ?? '',
    nonce: said['nonce'] ?? '',
    algorithm: said['algorithm'] ?? 'MD5',
    qop: said['qop'] !== undefined,
    opaque: undefined,
  }
  const due = parametersOf(
    writeCredentials(challenge, {
      username: usernameOf(user),
      password,
      method,
      uri,
      count: said['nc'] ?? '',
    }),
  )
  if (
    said['response']?.toLowerCase() === due['response'] ||
    (said['cnonce'] !== due['cnonce'] && said['cnonce'] !== undefined)
  )
    return []
  // It is written in lower case (LHEX, RFC 3261 25.1): who reads it otherwise lets nobody else in.
  if (said['response']?.toLowerCase() === due['response'])
    return [{ level: 'elements', rule: 'response in upper case', clause: 'RFC 3261 25.1', reaction: 'either' }]
  return broken('credentials that do not fit', 'RFC 7616 3.4.1')
}
