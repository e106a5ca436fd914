import { expect, test } from 'vitest'
import { createBatchPlayer } from './batch.ts'
import type { FuzzCase } from './case.ts'
import { validCase } from './grid.ts'
import type { Lab } from './lab.ts'
import { nothingObserved } from './observation.ts'
import type { Execution } from './execution.ts'
import { elementOptions } from './scenarios/element.ts'

/** A lab in which executions are over when the test says so, without an answer. */
function slowLab() {
  const flying: (() => void)[] = []
  const engine = {
    get inFlight() {
      return flying.length
    },
    onPassed: () => undefined,
    abandon: () => undefined,
  }
  const play = (one: FuzzCase, _user: number, done: (execution: Execution) => void): void =>
    void flying.push(() =>
      done({
        one,
        observation: { ...nothingObserved, silent: true },
        expectation: { class: 'accept', violations: [], silenceAllowed: false },
        complaints: [],
      } as unknown as Execution),
    )
  const lab = { engine, player: { play }, target: { ended: () => undefined }, wrongAnyway: new Set() }
  return {
    lab: lab as unknown as Lab,
    get inFlight() {
      return flying.length
    },
    end(some: number) {
      for (const over of flying.splice(0, some)) over()
    },
  }
}

test('a batch begins once those that the one before has left behind are over', { timeout: 20_000 }, async () => {
  const slow = slowLab()
  const batches = createBatchPlayer({
    lab: slow.lab,
    timeLeft: () => true,
    givesWay: () => false,
    counted: () => undefined,
  })
  const cases = (some: number): readonly FuzzCase[] => Array.from({ length: some }, () => validCase(elementOptions))
  const first = batches.play(cases(12))
  slow.end(6)
  await first
  const second = batches.play(cases(3))
  expect([batches.window, slow.inFlight]).toEqual([4, 6])
  slow.end(6)
  await expect.poll(() => slow.inFlight).toBe(3)
  slow.end(3)
  expect((await second).unanswered.length).toBe(3)
})
