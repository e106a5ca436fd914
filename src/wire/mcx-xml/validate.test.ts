import { expect, test } from 'vitest'
import { validateXml } from './validate.ts'

const listOf = (inside: string): Buffer =>
  Buffer.from(`<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${inside}</list></resource-lists>`)
const entry = (user: string): string => `<entry uri="sip:user-${user}@a.example"/>`

test('whoever is named, a valid document is valid and one that is not is not', () => {
  for (const user of ['000001', '000002', 'e9a1b2c3d4f5']) {
    expect(validateXml(listOf(entry(user)), 'resource-lists')).toEqual([])
    expect(validateXml(listOf(`${entry(user)}<entri uri="sip:user-${user}@a.example"/>`), 'resource-lists')).toEqual([
      expect.objectContaining({ line: 1, message: expect.stringContaining('entri') as string }),
    ])
  }
})

test('what is valid by one schema is not by another', () => {
  expect(validateXml(listOf(entry('000003')), 'resource-lists')).toEqual([])
  expect(validateXml(listOf(entry('000003')), 'mcptt-info')).not.toEqual([])
})
