import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  parameter,
  readCSeq,
  readMediaType,
  readNameAddress,
  readParameters,
  readUri,
  readVia,
  readWarning,
  sameUri,
  splitList,
} from './index.ts'

describe('splitList', () => {
  test('commas in quotes and brackets do not separate', () => {
    expect(splitList('"a, b" <sip:x@y;c=d,e>;q=1 , <sip:z@y>')).toEqual(['"a, b" <sip:x@y;c=d,e>;q=1', '<sip:z@y>'])
    expect(splitList('"a\\", b", c')).toEqual(['"a\\", b"', 'c'])
  })
  test('a stray comma is seen, an empty value has nothing', () => {
    expect(splitList('a,,b')).toEqual(['a', '', 'b'])
    expect(splitList('  ')).toEqual([])
  })
})

describe('readVia', () => {
  test('all its parts', () => {
    const via = readVia('SIP / 2.0 / UDP  [2001:db8::1] : 5061 ; rport; received = 192.0.2.1;branch=z9hG4bK77')
    expect(via).toMatchObject({ protocol: 'SIP', version: '2.0', transport: 'UDP', host: '[2001:db8::1]', port: 5061 })
    expect(via).toMatchObject({ branch: 'z9hG4bK77', received: '192.0.2.1', rport: '' })
  })
  test.each(['', 'SIP/2.0/UDP', 'SIP/2.0 host', 'SIP/2.0/UDP host:port', 'SIP/2.0/UDP [::1', 'SIP/2.0/UDP a b'])(
    'not %j',
    (value) => expect(readVia(value)).toBeUndefined(),
  )
})

describe('readNameAddress', () => {
  test.each([
    ['"A \\"B\\"" <sip:a@b;x=y>;tag=1', { displayName: 'A "B"', uri: 'sip:a@b;x=y' }, '1'],
    ['Alice Smith<sip:a@b> ; tag = 2', { displayName: 'Alice Smith', uri: 'sip:a@b' }, '2'],
    ['<tel:+123>;tag=3', { displayName: undefined, uri: 'tel:+123' }, '3'],
    ['sip:a@b;tag=4', { displayName: undefined, uri: 'sip:a@b' }, '4'],
    ['sip:a@b;note="<x>";tag=5', { displayName: undefined, uri: 'sip:a@b' }, '5'],
  ])('%s', (value, expected, tag) => {
    const address = readNameAddress(value)!
    expect(address).toMatchObject(expected)
    expect(parameter(address.parameters, 'TAG')).toBe(tag)
  })
  test('*', () => expect(readNameAddress('*')?.uri).toBe('*'))
  test.each(['', '"A <sip:a@b>', '<sip:a@b', '<>', '<sip:a@b> x', '"A" B <sip:a@b>', 'A"B <sip:a@b>'])(
    'not %j',
    (value) => expect(readNameAddress(value)).toBeUndefined(),
  )
})

describe('readUri', () => {
  test('all parts of a SIP URI', () => {
    expect(readUri('sips:a;b=c?d:pw@[::1]:5061;lr;transport=tcp?h=1&i=')).toEqual({
      scheme: 'sips',
      opaque: 'a;b=c?d:pw@[::1]:5061;lr;transport=tcp?h=1&i=',
      user: 'a;b=c?d',
      password: 'pw',
      host: '[::1]',
      port: 5061,
      parameters: [
        { name: 'lr', value: undefined },
        { name: 'transport', value: 'tcp' },
      ],
      headers: [
        { name: 'h', value: '1' },
        { name: 'i', value: '' },
      ],
    })
  })
  test.each('" < > \\ ^ ` { | }'.split(' '))('%s stands in no URI of another scheme (RFC 2396 2.4.3)', (character) => {
    expect(readUri(`tel:a${character}b`)).toBeUndefined()
  })

  test('another scheme keeps its opaque part', () => {
    expect(readUri('tel:+1-201-555-0123')).toMatchObject({ scheme: 'tel', opaque: '+1-201-555-0123', host: '' })
  })
  test.each([
    'a@b',
    'sip:',
    'sip:@b',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:a@b;',
    'sip:a@b:99999',
    'sip:a%zz@b',
    'sip:a@[::g]',
    'sip:2001:db8::1',
    '<sip:a@b>',
    'tel:',
  ])('not %j', (text) => expect(readUri(text)).toBeUndefined())
})

describe('sameUri, the examples of RFC 3261 19.1.4', () => {
  test.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['tel:+123', 'tel:+123'],
  ])('%s is %s', (one, other) => {
    expect(sameUri(one, other)).toBe(true)
    expect(sameUri(other, one)).toBe(true)
  })
  test.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=off', 'sip:carol@chicago.com;security=on'],
    ['sip:a@b', 'sips:a@b'],
    ['sip:a:secret@b', 'sip:a@b'],
    ['tel:+123', 'tel:+124'],
  ])('%s is not %s', (one, other) => {
    expect(sameUri(one, other)).toBe(false)
    expect(sameUri(other, one)).toBe(false)
  })
})

describe('the small ones', () => {
  test('readCSeq', () => {
    expect(readCSeq('0009  INVITE')).toEqual({ sequence: 9, method: 'INVITE' })
    for (const wrong of ['', '1', 'INVITE', '-1 INVITE', '2147483648 INVITE', '1 IN VITE']) {
      expect(readCSeq(wrong)).toBeUndefined()
    }
  })
  test('readWarning', () => {
    expect(readWarning('399 isi.edu:5060 "a \\"b\\", c"')).toEqual({
      code: 399,
      agent: 'isi.edu:5060',
      text: 'a "b", c',
    })
    for (const wrong of ['', '399 isi.edu', '39 a "b"', '399 a "b', '399 a "b" c'])
      expect(readWarning(wrong)).toBeUndefined()
  })
  test('readMediaType', () => {
    const type = readMediaType('Multipart/Mixed ; boundary="a;b"')!
    expect([type.type, type.subtype, parameter(type.parameters, 'boundary')]).toEqual(['multipart', 'mixed', 'a;b'])
    expect(readMediaType('text')).toBeUndefined()
  })
  test('readParameters', () => {
    expect(readParameters('; a = "x;y" ;b;;c=')).toEqual([
      { name: 'a', value: 'x;y' },
      { name: 'b', value: undefined },
      { name: 'c', value: '' },
    ])
    expect(parameter(readParameters(';b'), 'B')).toBe('')
    expect(parameter(readParameters(';b'), 'a')).toBeUndefined()
  })
})

test('no typed reader throws, whatever the value', () => {
  const piece = fc.oneof(
    fc.constantFrom('"', '\\', '<', '>', ';', '=', ',', ':', '@', '[', ']', '%', '/', '*', 'sip:', 'SIP/2.0/UDP ', ' '),
    fc.string({ maxLength: 4 }),
  )
  const readers = [readCSeq, readMediaType, readNameAddress, readParameters, readUri, readVia, readWarning, splitList]
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      (value) => {
        for (const read of readers) read(value)
        expect(sameUri(value, value)).toBe(true)
      },
    ),
    { numRuns: 2000 },
  )
})
