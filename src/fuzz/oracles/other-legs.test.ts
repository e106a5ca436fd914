import { expect, test } from 'vitest'
import { readings } from './other-legs.ts'

const name = 'server1.inside.partner.example'
const inMessage = (text: string): boolean =>
  readings(Buffer.from(`MESSAGE sip:x SIP/2.0\r\nX: ${text}\r\n\r\n`)).some((one) => one.includes(name))

test.each([
  ['as it is', `<sip:mc@${name}>`],
  ['in capitals', name.toUpperCase()],
  ['escaped', name.replaceAll('.', '%2E').replace('s', '%73')],
  ['in base64', Buffer.from(`host=${name};`).toString('base64')],
  ['in base64url behind other letters', `ab${Buffer.from(name).toString('base64url')}`],
  ['in hexadecimal', Buffer.from(name).toString('hex')],
])('a name is found %s', (_how, text) => {
  expect(inMessage(text)).toBe(true)
})

test('another name is not', () => {
  const other = 'gateway.partner.example'
  expect(inMessage(`${other} ${Buffer.from(other).toString('base64')}`)).toBe(false)
})
