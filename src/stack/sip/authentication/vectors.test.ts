import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { akaNonce, akaVector, readSynchronisationToken, sequenceNumber, synchronisationToken } from './aka-vector.ts'
import { algorithmNamed, digestOf } from './digest-algorithm.ts'
import { digestResponse, hashOfSecret } from './digest-response.ts'
import { milenage, operatorConstant } from './milenage.ts'

const folder = new URL('../../../../fixtures/vectors/', import.meta.url)
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

/** The blocks of that language of a vector file: name and value on every line. */
function blocks(file: string, language: string): Map<string, string>[] {
  const text = readFileSync(new URL(file, folder), 'utf8')
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\``, 'g'))].map(
    ([, block = '']) =>
      new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)])),
  )
}

describe('MILENAGE test sets', () => {
  const sets = blocks('milenage/test-sets.md', 'octets')
  test('there are six', () => expect(sets).toHaveLength(6))
  test.each(sets.map((set, index) => [index + 1, set] as const))('set %i', (_number, set) => {
    const octets = (name: string): Buffer => Buffer.from(set.get(name) ?? '', 'hex')
    const keys = { k: octets('K'), opc: operatorConstant(octets('K'), octets('OP')) }
    expect(hex(keys.opc)).toBe(set.get('OPc'))
    const values = milenage(keys, octets('RAND'), octets('SQN'), octets('AMF'))
    const named = [
      ['f1', values.f1],
      ['f1*', values.f1Star],
      ['f2', values.f2],
      ['f3', values.f3],
      ['f4', values.f4],
      ['f5', values.f5],
      ['f5*', values.f5Star],
    ] as const
    for (const [name, value] of named) expect([name, hex(value)]).toEqual([name, set.get(name)])

    const sequence = sequenceNumber(octets('SQN'))
    const vector = akaVector(keys, octets('RAND'), sequence, octets('AMF'))
    if (set.has('AUTN')) expect(hex(vector.autn)).toBe(set.get('AUTN'))
    const auts = synchronisationToken(keys, octets('RAND'), sequence)
    if (set.has('AUTS')) expect(hex(auts)).toBe(set.get('AUTS'))
    expect(readSynchronisationToken(keys, octets('RAND'), auts)).toBe(sequence)
    auts[13]! ^= 1
    expect(readSynchronisationToken(keys, octets('RAND'), auts)).toBeUndefined()
  })
  test('a parameter of another length is refused by name', () => {
    const sixteen = Buffer.alloc(16)
    expect(() => milenage({ k: sixteen, opc: sixteen }, sixteen, Buffer.alloc(5), Buffer.alloc(2))).toThrow(
      'SQN has 6 octets (TS 35.206 2.3), came 5',
    )
  })
})

describe('golden digests', () => {
  const examples = [...blocks('digest/aka-v1-md5.md', 'values'), ...blocks('digest/published-examples.md', 'values')]
  test('there are six', () => expect(examples).toHaveLength(6))
  test.each(examples.map((example) => [example.get('response'), example] as const))('%s', (response, example) => {
    const value = (name: string): string => example.get(name) ?? ''
    const raw = example.get('password-octets')
    const qop = example.get('qop')
    const input = {
      algorithm: algorithmNamed(value('algorithm'))!,
      username: value('username'),
      realm: value('realm'),
      password: raw === undefined ? value('password') : Buffer.from(raw === '-' ? '' : raw, 'hex'),
      nonce: value('nonce'),
      method: value('method'),
      uri: value('uri'),
      qop: qop === 'auth' ? ('auth' as const) : undefined,
      nonceCount: value('nc'),
      cnonce: value('cnonce'),
      body: new Uint8Array(),
    }
    expect(digestResponse(input)).toBe(response)
    if (example.has('ha1')) expect(hashOfSecret(input)).toBe(value('ha1'))
    if (example.has('ha2')) expect(digestOf('MD5', `${input.method}:${input.uri}`)).toBe(value('ha2'))
  })
  test('the nonce of set 1 is RAND and AUTN in base64', () => {
    const [set] = blocks('milenage/test-sets.md', 'octets')
    const octets = (name: string): Buffer => Buffer.from(set!.get(name)!, 'hex')
    expect(akaNonce({ rand: octets('RAND'), autn: octets('AUTN') })).toBe(
      blocks('digest/aka-v1-md5.md', 'values')[0]!.get('nonce'),
    )
  })
})
