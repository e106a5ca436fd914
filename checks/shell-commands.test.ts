import { expect, test } from 'vitest'
import { commandsOf } from './shell-commands.ts'

const words = (text: string): readonly (readonly string[])[] => commandsOf(text).map((command) => command.words)

test('words, quotes and escapes', () => {
  expect(words(`mcx run 'migration/*@primaryServer/*' "a \\"b\\" c" d\\ e`)).toEqual([
    ['mcx', 'run', 'migration/*@primaryServer/*', 'a "b" c', 'd e'],
  ])
})

test('comments, continued lines, pipes, lists and redirections', () => {
  const text = [
    '# first this',
    'mcx run \\',
    '  --seed 7 > out.txt 2>&1 # then that',
    'mcx list --json | wc -l && npm test; mcx show x',
  ].join('\n')
  expect(words(text)).toEqual([
    ['mcx', 'run', '--seed', '7'],
    ['mcx', 'list', '--json'],
    ['wc', '-l'],
    ['npm', 'test'],
    ['mcx', 'show', 'x'],
  ])
  expect(commandsOf(text).map(({ line }) => line)).toEqual([2, 4, 4, 4, 4])
})
