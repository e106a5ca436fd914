import { openSync, closeSync } from 'node:fs'
import { devNull } from 'node:os'
import { expect, test } from 'vitest'
import { createGrowth, usualGrowth, type Figures } from './growth.ts'
import { processFiguresOf } from './process-figures.ts'
import { slopeOf, type Sample } from './slope.ts'

const noise = (index: number): number => ((index * 7919) % 101) / 101 - 0.5
const limits = { ...usualGrowth, warmUp: 1000 }

/** What is complained of after 1200 looks, one each 50 ms and 100 executions. */
function watched(figures: (index: number) => Figures): readonly string[] {
  const growth = createGrowth(limits)
  for (let index = 0; index < 1200; index += 1) growth.sample(index * 50, index * 100, figures(index))
  return growth.complaints().map(({ what }) => what)
}

test('a slope is that of most pairs, and none where it may be chance', () => {
  const line = Array.from({ length: 60 }, (_, index): Sample => [index, 3 * index + 10 * noise(index)])
  const off = line.map(([at, value], index): Sample => [at, index === 30 ? 1e9 : value])
  expect(slopeOf(off).median).toBeCloseTo(3, 0)
  expect(slopeOf(off).least).toBeGreaterThan(2.5)
  const flat = Array.from({ length: 60 }, (_, index): Sample => [index, 10 * noise(index)])
  expect(slopeOf(flat).least).toBeLessThanOrEqual(0)
  expect(
    slopeOf([
      [1, 5],
      [2, 50],
    ]).least,
  ).toBeLessThanOrEqual(0)
})

test('what each request leaves is complained of', () => {
  expect(watched((index) => ({ memory: 300e6 + index * 600e3 + 40e6 * noise(index) }))).toEqual([
    'memory grows with each request',
  ])
  expect(watched((index) => ({ descriptors: 30 + index / 10 + 8 * noise(index) }))).toEqual([
    'open files grow in number with the requests',
  ])
  expect(watched((index) => ({ latency: 1 + index / 100 + noise(index) }))).toEqual([
    'a valid request takes longer the more requests came before it',
  ])
})

test.for<[string, (index: number) => Figures]>([
  ['garbage that is collected late', (index) => ({ memory: 300e6 + (index % 200) * 1e6 })],
  ['a table that fills up and is full', (index) => ({ memory: 100e6 + Math.min(index, 500) * 1e6 })],
  ['connections that come and go', (index) => ({ descriptors: 40 + 30 * noise(index) })],
  ['growth that is small', (index) => ({ memory: 300e6 + index * 50e3, descriptors: 30 + index / 100 })],
  ['growth before it is warm', (index) => ({ memory: index < 20 ? index * 50e6 : 1e9 })],
])('%s is not', ([, figures]) => {
  expect(watched(figures)).toEqual([])
})

test('what was before a new start says nothing', () => {
  const growth = createGrowth(limits)
  for (let index = 0; index < 1200; index += 1) {
    if (index % 100 === 0) growth.anew(index * 50)
    growth.sample(index * 50, index * 100, { memory: index * 1e6 })
  }
  expect(growth.complaints()).toEqual([])
})

test.runIf(process.platform === 'linux')('a file that is opened is counted, and so is memory', () => {
  const before = processFiguresOf(process.pid)
  const opened = Array.from({ length: 40 }, () => openSync(devNull, 'r'))
  const after = processFiguresOf(process.pid)
  for (const one of opened) closeSync(one)
  expect((after?.descriptors ?? 0) - (before?.descriptors ?? 0)).toBeGreaterThanOrEqual(35)
  expect(before?.memory).toBeGreaterThan(10e6)
  expect(processFiguresOf(2 ** 30)).toBeUndefined()
})
