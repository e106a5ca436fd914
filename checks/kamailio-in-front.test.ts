import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasProgram } from './interoperability/program.ts'
import {
  openReferenceBehindKamailio,
  type ReferenceBehindKamailio,
} from './interoperability/reference-behind-kamailio.ts'

// Kamailio, which knows nothing of Mission Critical services, between the tester and the reference MC systems.

const absent = !hasProgram('kamailio')
if (absent) console.log('kamailio is not on this machine: it is not put in front of the reference')

const failing = (record: Awaited<ReturnType<ReferenceBehindKamailio['play']>>['record']) =>
  record.cases.flatMap(({ description: { id, role }, verdict, findings }) =>
    verdict === 'pass' ? [] : [{ id, role, verdict, findings }],
  )

const short = (all: ReturnType<typeof failing>) =>
  all.map(({ id, verdict, findings: [first] }) => [id, verdict, first?.requirement, first?.actual])

describe.skipIf(absent && process.env['CI'] !== 'true')('as a proxy that records its route', () => {
  let scene: ReferenceBehindKamailio
  beforeAll(async () => {
    scene = await openReferenceBehindKamailio()
  }, 180_000)
  afterAll(() => scene.close())

  test('calls pass through it as they would without it, in every role', async () => {
    const { code, record } = await scene.play([
      'redirection/private-call@*#mcptt,both-gateways,udp',
      'redirection/private-call@*/as-written#*,no-gateways,*',
      'redirection/consecutive-migration@*/as-written#mcptt*',
      'migration/during-private-communication@*/as-written#mcptt*',
      'migration/during-group-communication@*/as-written#mcptt*',
      'group/prearranged-call-reception@*/as-written#mcptt*',
    ])
    expect(short(failing(record))).toEqual([])
    expect(code).toBe(0)
    expect(record.cases.length).toBeGreaterThan(100)
    expect(new Set(record.cases.map(({ description }) => description.role)).size).toBeGreaterThanOrEqual(7)
    const recorded = record.messages.filter(({ octets }) => routesOf(octets).some((port) => scene.ports.includes(port)))
    expect(new Set(recorded.map((one) => one.direction))).toEqual(new Set(['sent', 'received']))
    expect(recorded.length).toBeGreaterThan(200)
  }, 300_000)

  test.each([
    { defect: 'redirection-without-security-domain', role: 'primaryServer', step: '3' },
    { defect: 'partner-server-floor-control-dropped', role: 'partnerServer', step: '5d' },
  ])(
    '$defect is found behind it, at step $step',
    async ({ defect, role, step }) => {
      await scene.defects([defect])
      try {
        const { code, record } = await scene.play([`redirection/private-call@*/as-written#mcptt,both-gateways,udp`])
        const found = failing(record)
        expect(code).toBe(1)
        expect(found.map((one) => one.role)).toEqual([role])
        expect(found[0]?.findings.map((one) => [one.verdict, one.step])).toContainEqual(['fail', step])
      } finally {
        await scene.defects([])
      }
    },
    60_000,
  )
})

/** What a SIP redirect server has no part in, and what becomes of it: a redirection that somebody else would have refused. */
const notOfRedirectServers: Readonly<Record<string, string>> = {
  '1~malform:callingParty.garbled': 'it does not ask who calls',
  '1~foreign:callingParty.stranger': 'it does not ask who calls',
  '1a~deny:noPrivateCalls': 'it does not know who may call',
  '1a~deny:thisTarget': 'it does not know who may call whom',
}

describe.skipIf(absent && process.env['CI'] !== 'true')('as the redirect server of the primary MC system', () => {
  const cases = [
    'redirection/private-call@primaryServer/*#mcptt,no-gateways,*',
    'redirection/private-call@primaryServer/as-written#mcptt,both-gateways,udp',
  ]
  const scenes: ReferenceBehindKamailio[] = []
  const open = async (contact: string): Promise<ReferenceBehindKamailio> => {
    const scene = await openReferenceBehindKamailio(contact)
    scenes.push(scene)
    return scene
  }
  afterAll(async () => {
    for (const scene of scenes) await scene.close()
  })

  test('its 302 to the identity in the partner MC system is right wherever that is for a redirect server', async () => {
    const scene = await open('$var(moved)')
    const { record } = await scene.play(cases, 'rel-18-moved')
    const mistaken = failing(record)
    const variation = (id: string): string => id.slice(id.lastIndexOf('/') + 1, id.indexOf('#'))
    expect(short(mistaken.filter(({ id }) => !(variation(id) in notOfRedirectServers)))).toEqual([])
    for (const [name, reason] of Object.entries(notOfRedirectServers)) {
      const these = mistaken.filter(({ id }) => variation(id) === name)
      console.log(`not of a redirect server: ${these.map(({ id }) => id).join(', ')}: ${reason}`)
      // Whose matter it is: told apart by the verdict, and never passed.
      expect(
        these.map(({ findings }) => findings.some((one) => one.verdict === 'fail' && one.step === '3')),
      ).not.toContain(false)
      expect(these.length).toBeGreaterThan(0)
    }
    expect(record.cases.length - mistaken.length).toBeGreaterThan(30)
    const moved = record.messages.filter(({ summary }) => summary.startsWith('302 '))
    expect(moved.length).toBeGreaterThan(30)
    expect(moved.every(({ octets }) => /^Server: kamailio/im.test(text(octets)))).toBe(true)
  }, 240_000)

  test.each([
    ['an identity of nobody', 'sip:nobody@$(var(moved){s.select,1,@})'],
    ['the identity that was called', '$var(called)'],
  ])(
    'a 302 to %s fails at step 3',
    async (_what, contact) => {
      const scene = await open(contact)
      const { record } = await scene.play(
        ['redirection/private-call@primaryServer/as-written#mcptt,no-gateways,udp'],
        'rel-18-moved',
      )
      expect(record.cases.map(({ verdict }) => verdict)).toEqual(['fail'])
      const [first] = record.cases[0]?.findings ?? []
      expect([first?.step, first?.verdict]).toEqual(['3', 'fail'])
      expect(first?.requirement).toMatch(/^redirectedTo in the private call redirection/)
    },
    60_000,
  )
})

/** Of a message as it is in the record. */
const text = (octets: string): string => Buffer.from(octets, 'base64').toString('latin1')

/** Ports in the Record-Route and Route header fields of a message. */
const routesOf = (octets: string): readonly number[] =>
  [...text(octets).matchAll(/^(?:Record-)?Route:.*$/gim)].flatMap(([line]) =>
    [...line.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)),
  )
