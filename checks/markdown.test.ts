import { expect, test } from 'vitest'
import { anchorsOf, blocksOf, linksOf } from './markdown.ts'

const page = [
  '# The `mcx` command: run, list',
  '',
  'See [there](docs/there.md#part "title") and ![picture](images/a.png), not `[this](nowhere)`.',
  '',
  '```ts continued',
  "const link = '[no](link)'",
  '# no heading',
  '```',
  '## Again',
  '## Again',
  '````text',
  '```',
  '````',
  '[ref]: https://example.org',
  '<img src="images/b.png" width="100">',
].join('\n')

test('blocks have their language, flags and line', () => {
  expect(blocksOf(page)).toEqual([
    { language: 'ts', flags: ['continued'], text: "const link = '[no](link)'\n# no heading", line: 5 },
    { language: 'text', flags: [], text: '```', line: 11 },
  ])
})

test('links are found outside code alone', () => {
  expect(linksOf(page)).toEqual([
    { target: 'docs/there.md#part', line: 3 },
    { target: 'images/a.png', line: 3 },
    { target: 'https://example.org', line: 14 },
    { target: 'images/b.png', line: 15 },
  ])
})

test('anchors are those of GitHub', () => {
  expect([...anchorsOf(page)]).toEqual(['the-mcx-command-run-list', 'again', 'again-1'])
})
