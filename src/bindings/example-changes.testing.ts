import { expect } from 'vitest'
import { readMessage, type SipMessage } from '#wire/sip'
import { bindingOf, exampleMessages, exampleOctets, rel18, valuesOf } from './index.ts'
import type { Decoded, ExampleMessage, Profile, Service } from './index.ts'

export const exampleOf = (slug: string, service: Service = 'mcptt', profile: Profile = rel18): ExampleMessage => {
  const found = exampleMessages(profile).find((one) => one.slug === slug && one.service === service)
  if (found === undefined) throw new Error(`no example ${slug} of ${service} in ${profile.name}`)
  return found
}

export type Change = readonly [from: string | RegExp, to: string]

/** An example with some of its text replaced; Content-Length is put right. */
export function changedExample(example: ExampleMessage, changes: readonly Change[], profile = rel18): SipMessage {
  let text = Buffer.from(exampleOctets(example, profile)).toString('latin1')
  for (const [from, to] of changes) {
    const next = text.replace(from, to)
    expect(next, `${String(from)} is in the message`).not.toBe(text)
    text = next
  }
  const body = text.length - text.indexOf('\r\n\r\n') - 4
  return readMessage(Buffer.from(text.replace(/Content-Length: \d+/, `Content-Length: ${body}`), 'latin1'))
}

export function decodeChanged(example: ExampleMessage, changes: readonly Change[], profile = rel18): Decoded {
  const message = changedExample(example, changes, profile)
  const binding = bindingOf(example, profile)
  const values = valuesOf(profile, example.service)
  if (binding.carrier === 'http-request' || binding.carrier === 'http-response')
    throw new TypeError(`the ${binding.message} is no SIP message`)
  return binding.carrier === 'request'
    ? binding.decode(message, values)
    : binding.decode(message, values, example.request)
}

/** Field, basis and place of every problem. */
export const problemsOf = ({ problems }: Decoded): string[] =>
  problems.map(({ field, source }) => `${field}, ${source.basis}: ${source.doc} ${source.clause}`)
