import { byCommand, controlOf, startSystem, UsageError, type StartedSystem, type SutConfiguration } from '#harness'
import { isLoopback } from '#transport'
import { isPermitted, notAllowed, type Permission } from './permission.ts'
import type { Target } from './target.ts'
import {
  entities,
  mostUsers,
  nameSystemOf,
  provisioningFor,
  systemsFor,
  userOf,
  type EntityRole,
  type Place,
  type Places,
  type TestedRole,
} from './world.ts'

/** Requests each second, where nothing is said of a system beyond this machine. */
const modestRate = 100

interface Allowed {
  readonly address: string
  readonly fuzz: {
    readonly consent: Readonly<Record<string, string>>
    readonly rate?: number | undefined
    readonly emergency: boolean
  }
}

/** What the configuration lets the fuzzer do to a system under test; a `UsageError` that names the repair where that is nothing. */
export function permissionFor(sut: SutConfiguration, { address, fuzz }: Allowed): Permission {
  const { consent, emergency } = fuzz
  const here = isLoopback(sut.address)
  const permission: Permission = {
    address: here && !isLoopback(address) ? '127.0.0.1' : address,
    consent: Object.keys(consent),
    rate: fuzz.rate ?? (here ? 0 : modestRate),
    emergency,
  }
  if (!isPermitted(sut, permission)) throw new UsageError(`${sut.name}: ${notAllowed(sut)}`)
  if (!sut.transports.includes('udp'))
    throw new UsageError(`${sut.name}: suts[].transports has no udp, the one transport that mcx fuzz speaks`)
  if (sut.address.includes(':'))
    throw new UsageError(`${sut.name}: mcx fuzz speaks IPv4 alone; give it such an address`)
  return permission
}

const isEntity = (role: string): role is EntityRole => (entities as readonly string[]).includes(role)

/** A system under test as the configuration has it: started, provisioned and asked by its control adapter, as far as there is one. */
export async function startConfiguredTarget(
  sut: SutConfiguration,
  own: Places,
  say: (line: string) => void,
): Promise<Target> {
  const { name, address, port, identity } = sut
  const control = controlOf(sut)
  const roles = sut.roles.filter(isEntity)
  for (const role of roles) nameSystemOf(role, sut.system)
  const place: Place = { address, port, identity }
  const places: Partial<Record<TestedRole, Place>> = { element: place }
  for (const role of roles) places[role] = place
  let started: StartedSystem | undefined
  let forgets = control.can('reset') && sut.control.reset === undefined

  async function start(): Promise<void> {
    started = await startSystem(sut, say)
    if (!control.can('provision')) return
    const tested = roles.map((role) => ({ name: `${name} ${role}`, role, listen: { address, port }, identity }))
    const reply = await control.ask('provision', provisioningFor(own, mostUsers, tested))
    if (!reply.ok) throw new UsageError(`${name} cannot be provisioned: ${reply.why}`)
  }

  const restart = sut.control.restart
  await start()
  return {
    places,
    isProbed: !control.can('provision'),
    restarts: restart !== undefined || started !== undefined,
    process: () => started?.process,
    ended: () => started?.ended(),
    async reset() {
      for (const role of forgets ? roles : [])
        for (let user = 0; user < mostUsers && forgets; user += 1) {
          const { mcServiceId } = userOf(user, systemsFor(role))
          forgets = (await control.ask('reset', { mcServiceId })).ok
        }
    },
    async restart() {
      if (restart !== undefined) {
        const reply = await byCommand(restart, {})
        if (!reply.ok) throw new Error(`${name} cannot be brought back: ${reply.why}`)
      } else if (started !== undefined) {
        await started.stop()
        await start()
      }
    },
    stop: async () => started?.stop(),
  }
}
