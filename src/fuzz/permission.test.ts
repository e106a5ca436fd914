import { describe, expect, test } from 'vitest'
import { openUdp } from '#transport'
import { checkConfiguration, defineConfig } from '#harness'
import { permissionFor } from './configured-target.ts'
import { openEngine } from './engine.ts'
import { withoutEmergency } from './emergency.ts'

const consent = 'I may fuzz this system'

/** The permission for one system under test at that address. */
function permission(address: string, fuzz: object = {}) {
  const configuration = checkConfiguration(
    defineConfig({
      fuzz,
      suts: [
        {
          name: 'it',
          roles: ['primaryServer'],
          system: 'a.example',
          identity: 'sip:it@a.example',
          address,
          port: 5060,
        },
      ],
    }),
    'harness.config.ts',
  )
  const [sut] = configuration.suts
  if (sut === undefined) throw new Error('there is one')
  return permissionFor(sut, { address: configuration.tester.address, fuzz: configuration.fuzz })
}

describe('who may be fuzzed', () => {
  test('nobody beyond this machine without consent', () => {
    expect(() => permission('192.0.2.20')).toThrow(
      "it: 192.0.2.20 is not on this machine; where it may be fuzzed, say so: fuzz: { consent: { '192.0.2.20': 'I may fuzz this system' } }",
    )
    expect(() => permission('192.0.2.20', { consent: { '192.0.2.21': consent } })).toThrow('is not on this machine')
  })

  test('the words count', () => {
    expect(() => permission('192.0.2.20', { consent: { '192.0.2.20': 'yes' } })).toThrow(
      `fuzz.consent.192.0.2.20 is "yes", which is no consent; say '${consent}', word for word, where that is so`,
    )
  })

  test('with consent, slowly and without emergencies unless said', () => {
    const given = { consent: { '192.0.2.20': consent } }
    expect(permission('192.0.2.20', given)).toEqual({
      address: '127.0.0.1',
      consent: ['192.0.2.20'],
      rate: 100,
      emergency: false,
    })
    expect(permission('192.0.2.20', { ...given, rate: 7, emergency: true })).toMatchObject({ rate: 7, emergency: true })
  })

  test('127.0.0.2 is on this machine', () => {
    expect(permission('127.0.0.2')).toMatchObject({ consent: [], rate: 0 })
  })

  test('the engine itself sends to nobody else', async () => {
    const engine = await openEngine({ now: () => performance.now(), onStray: () => undefined })
    try {
      expect(() => engine.send(Buffer.from('x'), 'client', { address: '192.0.2.20', port: 5060 })).toThrow(
        '192.0.2.20 is not on this machine',
      )
    } finally {
      await engine.close()
    }
  })
})

test('no more than the rate leaves', async () => {
  let came = 0
  const element = await openUdp({
    address: '127.0.0.2',
    port: 0,
    onDatagram: () => (came += 1),
    onFailure: () => undefined,
  })
  const engine = await openEngine({
    now: () => performance.now(),
    onStray: () => undefined,
    permission: { ...permission('127.0.0.2'), rate: 20 },
  })
  try {
    const octets = Buffer.from('OPTIONS sip:x SIP/2.0\r\n\r\n')
    for (let user = 0; user < 100; user += 1)
      engine.fly(
        { octets, correlation: engine.correlation(), from: 'client', target: element.local, user, legs: 0 },
        () => undefined,
      )
    const since = performance.now()
    while (came < 10) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(performance.now() - since).toBeGreaterThan(400)
  } finally {
    await engine.close()
    await element.close()
  }
})

describe('emergency indications', () => {
  const strip = (text: string): string => withoutEmergency(Buffer.from(text, 'latin1')).toString('latin1')

  test.each([
    ['Resource-Priority: mcpttp.5\r\n', 'X-Stripped-Header: mcpttp.5\r\n'],
    ['Priority: emergency\r\n', 'Priority: normal   \r\n'],
    ['INVITE urn:service:SOS.police SIP/2.0', 'INVITE urn:service:xxx.police SIP/2.0'],
    [
      '<emergency-ind type="Normal"><mcpttBoolean>true</mcpttBoolean></emergency-ind>',
      '<emergency-ind type="Normal"><mcpttBoolean>0   </mcpttBoolean></emergency-ind>',
    ],
    ['<m:alert-ind>1</m:alert-ind>', '<m:alert-ind>0</m:alert-ind>'],
    ['<imminentperil-ind>\n true </imminentperil-ind>', '<imminentperil-ind>\n 0    </imminentperil-ind>'],
  ])('%s', (text, left) => {
    expect(strip(text)).toBe(left)
    expect(left).toHaveLength(text.length)
  })

  test('what is none stays', () => {
    const text = 'Priority: urgent\r\nSubject: no emergency\r\n<emergency-ind>false</emergency-ind>'
    const octets = Buffer.from(text)
    expect(withoutEmergency(octets)).toBe(octets)
  })
})
