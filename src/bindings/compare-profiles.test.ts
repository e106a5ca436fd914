import { describe, expect, test } from 'vitest'
import { compareProfiles, rel18, rel18Moved, type Profile } from './index.ts'

describe('two profiles by information element', () => {
  test('a profile does not differ from itself', () => {
    expect(compareProfiles(rel18, rel18)).toEqual({ one: 'rel-18', other: 'rel-18', messages: [], values: [] })
  })

  test('the redirection and the release differ in calls, the redirection in one-to-one data, and nothing in migration', () => {
    const { messages, values } = compareProfiles(rel18, rel18Moved)
    expect(messages.map(({ service, message }) => `${service}: ${message}`)).toEqual([
      'mcptt: private call response',
      'mcptt: private call redirection',
      'mcptt: private call request release',
      'mcvideo: private call response',
      'mcvideo: private call redirection',
      'mcvideo: private call request release',
      'mcdata: private call response',
      'mcdata: private call redirection',
    ])
    expect(values).toEqual([])
  })

  test('each difference says what both have', () => {
    const redirection = compareProfiles(rel18, rel18Moved).messages.find(
      ({ service, message }) => service === 'mcptt' && message === 'private call redirection',
    )
    expect(redirection).toEqual({
      service: 'mcptt',
      message: 'private call redirection',
      alternatives: ['publish', 'register'],
      wire: {
        one: 'MESSAGE with request-type forward-private-call-request',
        other: '302 (Moved Temporarily) to the private call request',
      },
      elements: [
        { ie: 'redirectedTo', about: 'carried in', one: 'anyExt/forwarding-target-id', other: 'Contact' },
        {
          ie: 'redirectedTo',
          about: 'source',
          one: 'TS 24.379 F.1, published',
          other: 'docs/bindings.md redirection-moved, default-binding',
        },
      ],
    })
  })

  test('a message or a value that only one of them has', () => {
    const poor: Profile = {
      ...rel18,
      bindings: { ...rel18.bindings, mcdata: { publish: [], register: rel18.bindings.mcdata.register } },
      values: { ...rel18.values, expires: 60 },
    }
    const { messages, values } = compareProfiles(rel18, poor)
    expect(values).toEqual([{ value: 'expires', one: '3600', other: '60' }])
    expect(messages).toHaveLength(14)
    for (const { service, alternatives, wire } of messages) {
      expect(service).toBe('mcdata')
      expect(alternatives).toEqual(['publish'])
      expect(wire).toEqual({ one: expect.any(String) })
    }
  })
})
