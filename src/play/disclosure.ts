import { messageSteps } from '#derive'
import type { Invariant, Received } from './invariant.ts'
import type { History } from './history.ts'
import { migrationsIn } from './migrations.ts'
import { isSame, type Script } from './script.ts'

// What must not be read in any octets of the system under test, be they a stage-2 message or only a response to one.

const towardsMigrated = { doc: 'TS 23.280', clause: '10.16.y.3', basis: 'seed' } as const

export const disclosures: readonly Invariant[] = [
  {
    key: 'caller-learns-only-elements',
    requirement:
      'what comes back to where a private call comes from says of users no more than its elements and the request did',
    source: towardsMigrated,
    about: () => true,
    broken({ seq, role, ies }, before, script) {
      const request = latestCall(before, role)
      if (request?.direction !== 'sent') return undefined
      // Who calls remembers what was said before; a server or a gateway server does not tell it anew.
      const known = [
        ...Object.values(ies),
        ...before.slice(before.indexOf(request)).flatMap((one) => (one.role === role ? Object.values(one.ies) : [])),
        ...(role === 'callingClient' ? ownKnowledge(before, script) : []),
      ]
      const migrations = migrationsIn(before)
      const secret = [
        ...migrations.flatMap(({ user, servedAs }) => [user, servedAs]),
        ...Object.values(script.lease.values).filter(isTelling),
      ]
        .filter((value) => value !== undefined)
        .filter((value) => !known.some((one) => one === value || isSame(script, one, value)))
        .find((value) => script.port.mentions(seq, value.replace(/^sips?:/, '')))
      if (secret === undefined) return undefined
      return {
        expected: 'nothing that the request did not say, but in an element',
        actual: secret,
        after: migrations.flatMap(({ servedAs, seq: since }) => (servedAs === secret ? [since] : [])),
      }
    },
  },
  {
    key: 'home-stays-home',
    requirement: 'who is called by a user who has migrated does not see the identity of the primary MC system',
    source: towardsMigrated,
    about: ({ ies }) => !('redirectedTo' in ies),
    broken({ seq, role, ies }, before, script) {
      const request = 'callingParty' in ies ? ies : latestCall(before, role, 'received')?.ies
      const migration = migrationsIn(before).findLast(({ servedAs }) =>
        isSame(script, servedAs, request?.['callingParty']),
      )
      if (!migration || !script.port.mentions(seq, migration.user.replace(/^sips?:/, ''))) return undefined
      return {
        expected: `no identity of the calling party but ${migration.servedAs}`,
        actual: migration.user,
        after: [migration.seq],
      }
    },
  },
  {
    key: 'inside-stays-inside',
    requirement:
      'what an MC gateway server passes to the other MC system does not name the MC service server behind it',
    source: { doc: 'TR 23.781', clause: '6.3', basis: 'seed' },
    about: ({ role }) => role in sides,
    broken(passage, _before, script) {
      const { derived, port } = script
      for (const [gateway, { server, side }] of Object.entries(gateways)) {
        if (!derived.sut.includes(gateway) || derived.sut.includes(server) || sides[passage.role] === side) continue
        if (!(server in derived.flow.actors) || isHiddenByItsStep(script, passage, server)) continue
        const [seen] = port.reveals(passage.seq, server)
        if (seen) return { expected: `nothing of the ${derived.flow.actors[server]}`, actual: seen.text }
      }
      return undefined
    },
  },
]

/** The private call request that this role sent or got last. */
const latestCall = (before: History, role: string, direction?: 'received') =>
  before.findLast(
    (one) =>
      one.role === role &&
      one.message === 'private call request' &&
      (direction === undefined || one.direction === direction),
  )

/** What the calling party has said and was told, and who it is itself. */
const ownKnowledge = (before: History, { lease: { values } }: Script): readonly (string | undefined)[] => [
  values['callingParty'],
  values['migratedCaller'],
  ...before.flatMap(({ role, ies }) => (role === 'callingClient' ? Object.values(ies) : [])),
]

/** Whether a value could be nothing else: a security domain, a token. */
const isTelling = (value: string): boolean => /^https:|^eyJ/.test(value)

type Side = 'primary' | 'partner'
const sides: Readonly<Record<string, Side>> = {
  primaryServer: 'primary',
  primaryGateway: 'primary',
  partnerServer: 'partner',
  partnerGateway: 'partner',
}
const gateways: Readonly<Record<string, { readonly server: string; readonly side: Side }>> = {
  primaryGateway: { server: 'primaryServer', side: 'primary' },
  partnerGateway: { server: 'partnerServer', side: 'partner' },
}

/** Where the flow itself says what is to be hidden, its step is to blame. */
const isHiddenByItsStep = ({ derived: { course } }: Script, { message, role }: Received, server: string): boolean =>
  messageSteps(course.flow).some(
    ({ act }) =>
      act.act === 'forward' && act.message.name === message && act.to === role && act.hides?.includes(server) === true,
  )
