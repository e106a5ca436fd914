import { readFileSync } from 'node:fs'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { describe, expect, test } from 'vitest'
import { exampleRun } from './example-run.ts'
import { junitXml } from './junit-xml.ts'
import { foldRun } from './run-record.ts'
import type { RunEvent } from '#verdict'

const schema = readFileSync(new URL('../../fixtures/report/junit.xsd', import.meta.url), 'utf8')

function validated(events: Iterable<RunEvent>): XmlDocument {
  const document = XmlDocument.fromString([...junitXml(foldRun(events))].join(''))
  const rules = XmlDocument.fromString(schema)
  const validator = XsdValidator.fromDoc(rules)
  try {
    validator.validate(document)
  } finally {
    validator.dispose()
    rules.dispose()
  }
  return document
}

/** What XML cannot hold at all, and what it holds only escaped. */
const hostile = '\u0000\u0001\u0008\u000b\u000c\u001b[2J\u007f\ud800\ufffe\uffff ]]> <x a="1">&amp;\r\n\t\u{1f600}'

describe('junit.xml', () => {
  test('is valid, whatever stands in the names', () => {
    validated(exampleRun({ cases: 36 })).dispose()
    validated(exampleRun({ cases: 36, hostile })).dispose()
    validated([...exampleRun({ cases: 12 })].slice(0, 60)).dispose()
    validated([]).dispose()
  })

  test('the schema refuses a case without name', () => {
    const broken = XmlDocument.fromString('<testsuites><testsuite><properties/><testcase/></testsuite></testsuites>')
    const rules = XmlDocument.fromString(schema)
    expect(() => XsdValidator.fromDoc(rules).validate(broken)).toThrow()
    broken.dispose()
    rules.dispose()
  })

  test('nothing but a pass reads as passed', () => {
    const events = [...exampleRun({ cases: 36 })]
    const run = foldRun(events)
    const document = validated(events)
    const count = (path: string): number => document.find(path).length
    const { verdicts, expectedFailures, excluded } = run.totals
    expect(count('//testcase[not(*)]')).toBe(verdicts.pass)
    expect(count('//failure[@type="fail"]')).toBe(verdicts.fail - expectedFailures)
    expect(count('//failure[@type="inconclusive"]')).toBe(verdicts.inconclusive)
    expect(count('//error[@type="error"]')).toBe(verdicts.error)
    expect(count('//skipped[@type="expected-failure"]')).toBe(expectedFailures)
    expect(count('//skipped[@type="excluded"]')).toBe(excluded)
    document.dispose()
  })

  test('a case without verdict is an error', () => {
    const events = [...exampleRun({ cases: 12 })].filter(
      (event) => event.event !== 'case-finished' && event.event !== 'finding',
    )
    const document = validated(events)
    expect(document.find('//error[@type="none"]')).toHaveLength(12)
    document.dispose()
  })

  test('the numbers of a suite are those of its cases', () => {
    const document = validated(exampleRun({ cases: 60 }))
    for (const suite of document.find('//testsuite')) {
      const number = (name: string): number => Number(suite.get(`@${name}`)?.content)
      expect(number('tests')).toBe(suite.find('testcase').length)
      expect(number('failures')).toBe(suite.find('testcase/failure').length)
      expect(number('errors')).toBe(suite.find('testcase/error').length)
      expect(number('skipped')).toBe(suite.find('testcase/skipped').length)
    }
    document.dispose()
  })
})
