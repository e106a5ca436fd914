import { expect, test } from 'vitest'
import { mediaTimeLine, pathFigures, streamFigures, talkerNumber, type HeardPacket, type Spoken } from './index.ts'

const name = 'sip:alice@iops.example'
const [iops, macro] = ['10.0.0.1:4000', '10.0.0.2:4000']
const packet = (counter: number, from: string, delay = 5): HeardPacket => ({
  ...{ at: 1000 + counter * 20 + delay, from, ssrc: 1, sequence: counter, timestamp: counter * 320 },
  ...{ talker: talkerNumber(name), counter, sentAt: 1000 + counter * 20 },
})
const spoken: Spoken = {
  ...{ name, talker: talkerNumber(name), ssrc: 1, count: 50 },
  spurts: [{ from: 1000, to: 1980, first: 0, count: 50 }],
}
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index)
/** 0 to 19 by the old path, 20 to 29 lost, 30 to 49 by the new one, 30 to 34 by both. */
const heard = [
  ...range(0, 20).map((counter) => packet(counter, iops)),
  ...range(30, 50).map((counter) => packet(counter, macro)),
  ...range(30, 35).map((counter) => packet(counter, iops, 8)),
]
const change = { at: 1400, oldEnds: new Set([iops]), allowance: 50 }

test('figures of a stream that moved', () => {
  const figures = streamFigures('bob', heard, spoken)
  expect(figures).toMatchObject({ sent: 50, received: 40, lost: 10, duplicated: 5, reordered: 0 })
  expect(figures.longestGap).toEqual({ from: 1385, to: 1605, length: 220, ofOurMaking: 0 })
  expect(pathFigures(heard, change)).toEqual({
    ...{ onOldPath: 5, firstOnOldPath: 1608, lastOnOldPath: 1688, onBothPaths: 5, overlap: 83, firstOnNewPath: 1605 },
  })
})

test('what a talker was late itself is no gap of anybody else', () => {
  const late = heard.map((one) => (one.counter < 30 ? one : { ...one, at: one.at + 100, sentAt: one.sentAt + 100 }))
  const slept = { ...spoken, spurts: [{ from: 1000, to: 2080, first: 0, count: 50 }] }
  expect(streamFigures('bob', late, slept).longestGap).toMatchObject({ length: 320, ofOurMaking: 100 })
})

test('a stream that never came, or ended before its talker did, is a gap to the end', () => {
  expect(streamFigures('bob', [], spoken)).toMatchObject({ lost: 50, longestGap: { from: 1000, to: 1980 } })
  const cut = heard.filter(({ counter }) => counter < 20)
  expect(streamFigures('bob', cut, spoken)).toMatchObject({ lost: 30, longestGap: { from: 1385, to: 1980 } })
})

test('reordered packets are not lost ones', () => {
  const swapped = heard
    .filter(({ counter }) => counter < 20)
    .map((one) => (one.counter === 7 ? { ...one, at: one.at + 50 } : one))
  const first = { ...spoken, count: 20, spurts: [{ from: 1000, to: 1380, first: 0, count: 20 }] }
  expect(streamFigures('bob', swapped, first)).toMatchObject({ received: 20, lost: 0, reordered: 1, duplicated: 0 })
})

test('the time line has a bar for each path, a gap where nothing came, and its marks, from the origin', () => {
  const timeLine = mediaTimeLine({
    ...{ streams: [{ listener: 'bob', heard, spoken }], window: { from: 900, to: 2000 }, origin: 900, gapsFrom: 100 },
    ...{ pathNames: new Map([[iops, 'IOPS']]), change },
    marks: [
      { at: 1400, kind: 'signalling', text: 'switch' },
      { at: 3000, kind: 'floor', text: 'too late' },
    ],
  })
  expect(timeLine).toMatchObject({ from: 0, to: 1100, marks: [{ at: 500, text: 'switch' }] })
  expect(timeLine.lanes).toMatchObject([
    {
      ...{ talker: name, listener: 'bob' },
      spans: [
        { from: 105, to: 485, path: 'IOPS', packets: 20 },
        { from: 705, to: 1085, path: macro, packets: 20 },
        { from: 708, to: 788, path: 'IOPS', packets: 5 },
      ],
      gaps: [{ from: 485, to: 705, ofOurMaking: 0 }],
      figures: { lost: 10, longestGap: 220, onOldPath: 5, onBothPaths: 5 },
    },
  ])
})
