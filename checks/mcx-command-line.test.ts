import { expect, test } from 'vitest'
import { wrongWith } from './mcx-command-line.ts'

test.each([
  'mcx run',
  'npx mcx run migration/*@primaryServer/* !*twice* --seed 7',
  'npm run mcx -- list --json',
  'npm start -- --role client',
  'CI=true npm test',
  'mcx show migration/service-authorization --diagram',
  'mcx --help',
  'git clone somewhere',
])('%s is right', (line) => {
  expect(wrongWith(line.split(' '))).toBeUndefined()
})

test.each([
  ['mcx walk', /no command walk/],
  ['mcx run --speed 7', /no option --speed/],
  ['mcx run --seed seven', /seven/],
  ['mcx show', /needs flow/],
  ['mcx show one two', /takes no argument two/],
  ['npm run fly', /no script fly/],
  ['npm start --role client', /write -- before it/],
  ['npm start -- --rolle client', /no option --rolle/],
])('%s is wrong', (line, why) => {
  expect(wrongWith(line.split(' '))).toMatch(why)
})
