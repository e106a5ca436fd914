import { expect, test } from 'vitest'
import { directoryOf } from './finding-directory.ts'
import type { Finding } from './finding.ts'
import { validCase } from './grid.ts'
import { complaint } from './oracle.ts'
import { elementOptions } from './scenarios/element.ts'

test('each complaint of a case has a directory of its own, always the same', () => {
  const named = (what: string): string => {
    const finding = { complaint: complaint('answer', 'RFC 3261 8.2.6.2', 'legality', what, '', '') } as Finding
    return directoryOf({ minimal: validCase(elementOptions), finding })
  }
  expect(named('CSeq of the answer is not that of the request')).not.toBe(named('the answer breaks cseq-missing'))
  expect(named('the answer breaks cseq-missing')).toBe(named('the answer breaks cseq-missing'))
  expect(named('the answer breaks cseq-missing')).toMatch(/^answer-[\da-f]{16}$/)
})
