import { expect, test } from 'vitest'
import type { FuzzCase } from './case.ts'
import { createDeadly } from './deadly.ts'

const of = (...edits: readonly (readonly [path: string, kind: string, p: string])[]): FuzzCase => ({
  v: 1,
  scenario: 'element/options@element/1',
  baseline: 'plain',
  edits: edits.map(([path, kind, p]) => ({ at: '1', path, kind, p, layer: 'a' })),
  ops: [],
})

test('what has stopped the target three times is left out, in whichever company', () => {
  const deadly = createDeadly()
  const one = of(['Content-Length.value', 'number', '65536'])
  const together = of(['To.tag', 'word', 'null'], ['Content-Length.value', 'number', '7'])
  deadly.add(one)
  deadly.add(one)
  expect(deadly.has(one)).toBe(false)
  deadly.add(of(['Content-Length.value', 'number', '4294967296']))
  expect(deadly.has(together)).toBe(true)
  expect(deadly.has(of(['Content-Length.value', 'remove', '']))).toBe(false)
  expect(deadly.has(of(['To.tag', 'number', '1']))).toBe(false)
})

test('of several changes it was the one that has done it alone', () => {
  const deadly = createDeadly()
  const one = of(['Content-Length.value', 'number', '65536'])
  deadly.add(one)
  deadly.add(of(['To.tag', 'word', 'null'], ['Content-Length.value', 'number', '1']))
  deadly.add(of(['From.tag', 'word', 'null'], ['Content-Length.value', 'number', '2']))
  expect(deadly.has(one)).toBe(true)
  expect(deadly.has(of(['To.tag', 'word', 'null']))).toBe(false)
})

test('which of several changes it was nobody knows', () => {
  const deadly = createDeadly()
  const two = of(['To.tag', 'word', 'null'], ['CSeq.method', 'word', 'null'])
  for (let time = 0; time < 5; time += 1) deadly.add(two)
  expect(deadly.has(two)).toBe(false)
})

test('what is derived of a flow stops the target at whichever step, and whoever is on the way', () => {
  const deadly = createDeadly()
  const derived = (scenario: string): FuzzCase => ({ ...of(), scenario: `migration/service-authorization@${scenario}` })
  deadly.add(derived('partnerServer/10~malform:result.garbled#both-gateways,publish,udp'))
  deadly.add(derived('partnerServer/9~malform:result.garbled#primary-gateway-only,register,udp'))
  deadly.add(derived('partnerServer/8~malform:result.garbled#no-gateways,register,udp'))
  expect(deadly.has(derived('partnerServer/8~malform:result.garbled#no-gateways,publish,udp'))).toBe(true)
  expect(deadly.has(derived('partnerServer/8~omit:result#no-gateways,publish,udp'))).toBe(false)
  expect(deadly.has(derived('partnerServer/as-written#no-gateways,publish,udp'))).toBe(false)
})
