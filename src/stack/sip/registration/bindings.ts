import type { Clock } from '../clock.ts'
import { type Binding, byPreference } from './binding.ts'

/** All bindings of a registrar, by address of record. */
export interface Bindings {
  /** Those alive, the preferred one first. */
  of(aor: string): readonly Binding[]
  /** All at once: what is not among them is gone (RFC 3261 10.3 step 7: all or nothing). */
  replace(aor: string, bindings: readonly Binding[]): void
  /** Addresses of record with a binding. */
  readonly size: number
  /** Forgets all and stops the timers. */
  clear(): void
}

/** Keeps bindings until they expire. `onExpired` is told what was left to time; the others of that address still stand. */
export function createBindings(clock: Clock, onExpired: (aor: string, gone: readonly Binding[]) => void): Bindings {
  interface Kept {
    readonly bindings: readonly Binding[]
    readonly timer: { cancel(): void }
  }
  const kept = new Map<string, Kept>()

  const forget = (aor: string): void => {
    kept.get(aor)?.timer.cancel()
    kept.delete(aor)
  }
  const keep = (aor: string, bindings: readonly Binding[]): void => {
    forget(aor)
    if (bindings.length === 0) return
    const next = Math.min(...bindings.map(({ expiresAt }) => expiresAt))
    const timer = clock.after(Math.max(0, next - clock.now()), () => expire(aor))
    kept.set(aor, { bindings, timer })
  }
  const expire = (aor: string): void => {
    const bindings = kept.get(aor)?.bindings ?? []
    const gone = bindings.filter(({ expiresAt }) => expiresAt <= clock.now())
    keep(
      aor,
      bindings.filter(({ expiresAt }) => expiresAt > clock.now()),
    )
    if (gone.length > 0) onExpired(aor, gone)
  }

  return {
    of: (aor) => byPreference((kept.get(aor)?.bindings ?? []).filter(({ expiresAt }) => expiresAt > clock.now())),
    replace: keep,
    get size() {
      return kept.size
    },
    clear() {
      for (const aor of [...kept.keys()]) forget(aor)
    },
  }
}
