import { expect, test } from 'vitest'
import { createCappedNotes } from './capped-notes.ts'
import { createFloodgate } from './intake.ts'

test('a case gets a hundred messages; then everything is left out and counted', () => {
  const intake = createFloodgate().open()
  const admitted = Array.from({ length: 1000 }, () => intake.admits(500))
  expect(admitted.filter(Boolean)).toHaveLength(100)
  expect(admitted.slice(100).some(Boolean)).toBe(false)
  expect(intake.leftOut).toBe(900)
})

test('or two mebioctets; what is small after that is left out too, so that nothing is judged out of turn', () => {
  const intake = createFloodgate().open()
  const admitted = Array.from({ length: 10 }, () => intake.admits(1024 * 1024))
  expect(admitted.filter(Boolean)).toHaveLength(2)
  expect(intake.admits(1)).toBe(false)
})

test('when many were drowned, the others get less', () => {
  const gate = createFloodgate()
  const flooded = (): number => {
    const intake = gate.open()
    return Array.from({ length: 1000 }, () => intake.admits(500)).filter(Boolean).length
  }
  expect(Array.from({ length: 12 }, flooded)).toEqual([...Array<number>(10).fill(100), 25, 25])
})

test('the first notes of each kind are told, and of the rest how many there were', () => {
  const told: string[] = []
  const notes = createCappedNotes((text) => told.push(text))
  for (let index = 0; index < 10_000; index += 1) notes.note('stray-response over udp', ` ${index}`)
  for (let times = 0; times < 3; times += 1) notes.note('unreadable over tcp', ': no start line')
  notes.close()
  expect(told).toHaveLength(23)
  expect(told[0]).toBe('stray-response over udp 0')
  expect(told[20]).toBe('unreadable over tcp: no start line')
  expect(told[21]).toBe('stray-response over udp: 10000 in all, of which 20 are noted')
  expect(told[22]).toBe('unreadable over tcp: 3 in all, of which 1 are noted')
})
