import { isIPv6 } from 'node:net'
import { address, udpPeer } from '../element.testing.ts'

// A name server on loopback (RFC 1035 4): what is in its zone, for the types that SIP asks for.

const types = { A: 1, CNAME: 5, AAAA: 28, SRV: 33, NAPTR: 35 } as const
type Type = keyof typeof types

/** `name type data`: data as in a zone file, names without a final dot. */
export type ZoneLine = `${string} ${Type} ${string}`

const refused = 'no answer'

/** Answers with that zone until the test is over. Names under `silent.` get no answer, those under `broken.` SERVFAIL. */
export async function nameServer(zone: readonly ZoneLine[]): Promise<{ server: string; asked: string[] }> {
  const records = zone.map((line) => {
    const [, name = '', type = '', data = ''] = /^(\S+) (\S+) (.*)$/.exec(line) ?? []
    return { name, type: types[type as Type], data }
  })
  const asked: string[] = []
  const { port } = await udpPeer((query, reply) => {
    const { name, type, end } = questionOf(query)
    asked.push(`${Object.entries(types).find(([, code]) => code === type)?.[0] ?? type} ${name}`)
    if (/(?:^|\.)silent\./.test(name)) return
    const isBroken = /(?:^|\.)broken\./.test(name)
    const found = records.filter((record) => record.name === name && (record.type === type || record.type === 5))
    // The target of an alias comes along, as from a server that serves both (RFC 1034 4.3.2).
    const behind = records.filter((record) => found.some(({ data }) => data === record.name) && record.type === type)
    const answers = [...found, ...behind].map((record) => resourceOf(record.name, record.type, record.data))
    const code = isBroken ? 2 : records.some((record) => record.name === name) ? 0 : 3
    const head = Buffer.alloc(12)
    query.copy(head, 0, 0, 2)
    head.writeUInt16BE(0x8580 | code, 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(isBroken ? 0 : answers.length, 6)
    reply(Buffer.concat([head, query.subarray(12, end), ...(isBroken ? [] : answers)]))
  })
  return { server: `${address}:${port}`, asked }
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

const nameOctets = (name: string): Buffer =>
  Buffer.concat([...(name === '.' ? [] : name.split('.')).map((label) => textOctets(label)), Buffer.from([0])])
const textOctets = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
const numbers = (...values: readonly number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer).swap16()

function resourceOf(name: string, type: number, data: string): Buffer {
  const octets = dataOf(type, data.split(' '))
  const head = Buffer.concat([nameOctets(name), numbers(type, 1, 0, 60, octets.length)])
  return Buffer.concat([head, octets])
}

function dataOf(type: number, words: readonly string[]): Buffer {
  const [first = '', second = '', third = '', fourth = '', fifth = '', sixth = ''] = words
  switch (type) {
    case types.A:
      return Buffer.from(first.split('.').map(Number))
    case types.AAAA:
      return addressOctets(first)
    case types.CNAME:
      return nameOctets(first)
    case types.SRV:
      return Buffer.concat([numbers(Number(first), Number(second), Number(third)), nameOctets(fourth)])
    // order preference "flags" "service" "regexp" replacement (RFC 3403 4.1).
    case types.NAPTR:
      return Buffer.concat([
        numbers(Number(first), Number(second)),
        ...[third, fourth, fifth].map((text) => textOctets(text.replaceAll('"', ''))),
        nameOctets(sixth),
      ])
    default:
      throw new Error(`${refused}: type ${type}`)
  }
}

function addressOctets(text: string): Buffer {
  if (!isIPv6(text)) throw new Error(`${text} is no IPv6 address`)
  const [before = '', behind] = text.split('::')
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const [head, tail] = [groups(before), groups(behind ?? '')]
  return numbers(...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail)
}
