import { describe, expect, test } from 'vitest'
import { createCompany } from './company.ts'
import { nearest } from './nearest.ts'
import { createTurnstile } from './turnstile.ts'

/** Tasks that end when they are told to, and what happened so far. */
function tasks() {
  const happened: string[] = []
  const ends = new Map<string, () => void>()
  const task = (name: string) => async (): Promise<string> => {
    happened.push(`${name} begins`)
    await new Promise<void>((resolve) => ends.set(name, resolve))
    happened.push(`${name} ends`)
    return name
  }
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    happened,
    task,
    settle,
    end: async (name: string) => {
      ends.get(name)?.()
      await settle()
    },
  }
}

describe('a turnstile', () => {
  test('lets one at a time pass with the same key, in the order they came', async () => {
    const { pass } = createTurnstile()
    const { happened, task, settle, end } = tasks()
    const all = Promise.all(['a', 'b', 'c'].map((name) => pass(['key'], task(name))))
    await settle()
    expect(happened).toEqual(['a begins'])
    await end('a')
    expect(happened).toEqual(['a begins', 'a ends', 'b begins'])
    await end('b')
    await end('c')
    expect(await all).toEqual(['a', 'b', 'c'])
  })

  test('those with other keys do not wait', async () => {
    const { pass } = createTurnstile()
    const { happened, task, settle, end } = tasks()
    const all = [pass(['x'], task('a')), pass(['y'], task('b')), pass([], task('c'))]
    await settle()
    expect(happened.toSorted()).toEqual(['a begins', 'b begins', 'c begins'])
    for (const name of ['a', 'b', 'c']) await end(name)
    await Promise.all(all)
  })

  test('with several keys one waits for all of them, and holds all of them', async () => {
    const { pass } = createTurnstile()
    const { happened, task, settle, end } = tasks()
    const all = [pass(['x'], task('a')), pass(['y'], task('b')), pass(['x', 'y'], task('c')), pass(['y'], task('d'))]
    await settle()
    await end('a')
    expect(happened).not.toContain('c begins')
    await end('b')
    expect(happened).toContain('c begins')
    expect(happened).not.toContain('d begins')
    await end('c')
    expect(happened).toContain('d begins')
    await end('d')
    await Promise.all(all)
  })

  test('a task that fails fails alone', async () => {
    const { pass } = createTurnstile()
    const failing = pass(['key'], () => Promise.reject(new Error('mine')))
    const next = pass(['key'], () => Promise.resolve('next'))
    await expect(failing).rejects.toThrow('mine')
    expect(await next).toBe('next')
  })
})

describe('company', () => {
  test('who was ever with somebody was not alone', () => {
    const { enter, leave } = createCompany()
    const first = enter('sut')
    expect(first.alone).toBe(true)
    const second = enter('sut')
    expect([first.alone, second.alone]).toEqual([false, false])
    leave('sut', second)
    expect(first.alone).toBe(false)
    leave('sut', first)
    expect(enter('sut').alone).toBe(true)
  })

  test('others elsewhere do not count', () => {
    const { enter } = createCompany()
    const one = enter('one')
    enter('other')
    expect(one.alone).toBe(true)
  })
})

describe('the nearest name', () => {
  const names = ['address', 'port', 'roles', 'transports', 'timers']
  test.each([
    ['adress', 'address'],
    ['transport', 'transports'],
    ['Roles', 'roles'],
    ['timmer', 'timers'],
    ['colour', undefined],
    ['', undefined],
  ])('to %s is %s', (typed, expected) => {
    expect(nearest(typed, names)).toBe(expected)
  })
  test('of no names is none', () => {
    expect(nearest('x', [])).toBeUndefined()
  })
})
