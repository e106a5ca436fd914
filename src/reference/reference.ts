import type { Clock } from '#stack/sip'
import type { TlsIdentity } from '#transport'
import { readDefectNames } from './defects.ts'
import type { DefectName } from './defects.ts'
import type { Provision } from './provision.ts'
import { readProvision } from './read-provision.ts'
import { openReferenceSystem } from './reference-system.ts'
import type { Listening, ReferenceSystem } from './reference-system.ts'

type Outcome = { readonly ok: true } | { readonly ok: false; readonly faults: readonly string[] }

/** The reference system through its provisionings: there is always one, at first an empty one. */
export interface Reference {
  system(): ReferenceSystem
  functions(): readonly Listening[]
  /** Replaces everything. After a fault nothing has changed, but if a socket could not be opened there are no functions. */
  provision(document: unknown): Promise<Outcome>
  /** Everything anew, as it was provisioned last. */
  restart(): Promise<Outcome>
  defects(): readonly DefectName[]
  setDefects(names: readonly string[]): Outcome
  close(): Promise<void>
}

export interface ReferenceOptions {
  readonly clock: Clock
  readonly now: () => Date
  readonly say: (line: string) => void
  readonly identity?: TlsIdentity | undefined
}

const nothing: Provision = {
  format: 1,
  profile: 'rel-18',
  seed: 0,
  timers: { migrationResponse: 500, ringing: 181_000, floorInactivity: 30_000 },
  profileValues: {},
  functions: [],
}

export async function openReference({ clock, now, say, identity }: ReferenceOptions): Promise<Reference> {
  let active: ReadonlySet<DefectName> = new Set()
  const defective = (name: DefectName): boolean => active.has(name)
  const open = (provision: Provision): Promise<ReferenceSystem> =>
    openReferenceSystem({ provision, clock, now, defective, say, identity })
  let system = await open(nothing)
  let last: unknown = nothing
  let turn: Promise<unknown> = Promise.resolve()

  async function replace(document: unknown): Promise<Outcome> {
    const read = readProvision(document)
    if (!read.ok) return read
    await system.close()
    try {
      system = await open(read.provision)
      last = document
      return { ok: true }
    } catch (error) {
      system = await open(nothing)
      return { ok: false, faults: [error instanceof Error ? error.message : String(error)] }
    }
  }

  function inTurn(task: () => Promise<Outcome>): Promise<Outcome> {
    const mine = turn.then(task)
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    system: () => system,
    functions: () => system.functions,
    provision: (document) => inTurn(() => replace(document)),
    restart: () => inTurn(() => replace(last)),
    defects: () => [...active],
    setDefects(names) {
      try {
        active = new Set(readDefectNames(names))
        return { ok: true }
      } catch (error) {
        return { ok: false, faults: [error instanceof Error ? error.message : String(error)] }
      }
    },
    close: () => system.close(),
  }
}
