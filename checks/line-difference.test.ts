import { expect, test } from 'vitest'
import { lineDifference } from './line-difference.ts'

test('the lines that differ, and no others', () => {
  expect(lineDifference('a\nb\nc\n', 'a\nc\nd\n')).toEqual(['- 2: b', '+ 3: d'])
  expect(lineDifference('a\nb\n', 'a\nx\n')).toEqual(['- 2: b', '+ 2: x'])
  expect(lineDifference('same\n', 'same\n')).toEqual([])
  expect(lineDifference('', 'new')).toEqual(['- 1: ', '+ 1: new'])
})

test('a long difference is cut and counted', () => {
  const lines = (prefix: string): string => Array.from({ length: 60 }, (_, index) => prefix + index).join('\n')
  const shown = lineDifference(lines('a'), lines('b'))
  expect(shown).toHaveLength(41)
  expect(shown.at(-1)).toBe('... and 80 more lines')
})
