import { expect, test } from 'vitest'
import { isWrittenAlike, judgeIdentity } from './identities.ts'
import { migrationRequest } from './scenarios/migration-request.ts'
import { openReferenceLab } from './reference-lab.testing.ts'
import { validCase } from './grid.ts'

test('letters of a domain have no case, those of a user do', () => {
  expect(isWrittenAlike('sip:bob@PRIMARY.example', 'sip:bob@primary.example')).toBe(true)
  expect(isWrittenAlike('sip:Bob@primary.example', 'sip:bob@primary.example')).toBe(false)
  expect(isWrittenAlike('sip:bob@primary.example.', 'sip:bob@primary.example')).toBe(false)
  expect(isWrittenAlike('sip:bob@primary.example;A=B', 'sip:bob@primary.example;a=b')).toBe(false)
})

test.each([
  ['sip:carol@primary.example', 'mcServiceId of somebody else'],
  ['sip:Bob@primary.example', 'mcServiceId of somebody else, by the case of letters'],
  ['sip:bob%00carol@primary.example', 'mcServiceId of somebody else, by what stands behind a NUL'],
  ['sip:%62ob%00@primary.example', 'mcServiceId of somebody else, by what stands behind a NUL'],
  ['sip:Bob@partner.example', 'mcServiceId of somebody else'],
  ['not a URI', 'mcServiceId of somebody else'],
  ['sip:bob@PRIMARY.example', 'mcServiceId written otherwise'],
])('whoever takes %s for another has that fault alone', (value, rule) => {
  const [violation] = judgeIdentity('mcServiceId', value, 'sip:bob@primary.example', 'TS 24.379 7.3.2')
  expect(violation?.rule).toBe(rule)
})

test('domain-with-case is found, and nothing else', { timeout: 60_000 }, async () => {
  const scenario = migrationRequest()
  const path = 'body[0]/mcpttinfo/anyExt/primary-mcptt-id/mcpttURI.text'
  const edit = { at: scenario.step, path, kind: 'identity', p: 'domain in upper case', layer: 'a' } as const
  const said = async (...defects: readonly string[]): Promise<readonly string[]> => {
    await using lab = await openReferenceLab(...defects)
    const { complaints, expectation } = await lab.alone({ ...validCase(scenario), edits: [edit] })
    expect(expectation.class).toBe('accept')
    return complaints.map(({ what }) => what)
  }
  expect(await said()).toEqual([])
  expect(await said('domain-with-case')).toContain('legal, and refused')
})
