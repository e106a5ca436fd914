import type { SipMessage } from '#wire/sip'
import type { Challenger } from '../authentication/challenger.ts'
import type { Clock } from '../clock.ts'
import type { ServerTransaction } from '../stack.ts'
import type { Binding } from './binding.ts'
import { type Bindings, createBindings } from './bindings.ts'
import { registrarSteps, type Work } from './registrar-steps.ts'

export interface RegistrarOptions {
  readonly clock: Clock
  /** The domains it is in charge of, in lower case: of Request-URI and To. */
  readonly domains: readonly string[]
  /** Whether that address of record exists; all of its domains do, unless said. */
  readonly exists?: ((aor: string) => boolean) | undefined
  /** Who is asked for credentials; nobody, unless said. */
  readonly challenger?: Challenger | undefined
  /** Whether an authenticated user may bind that address of record; unless said, who has its user part, or is it without the scheme. */
  readonly owns?: ((username: string, aor: string) => boolean) | undefined
  /** Seconds; 60, 3600 and 3600 unless said. Less than the minimum is answered 423, more than the maximum is cut. */
  readonly minimumExpires?: number | undefined
  readonly maximumExpires?: number | undefined
  readonly defaultExpires?: number | undefined
  /** Of one address of record; 16 unless said. */
  readonly maxBindings?: number | undefined
  /** Addresses of record with bindings; 65 536 unless said. */
  readonly maxAddresses?: number | undefined
  /** Name-addresses for requests of the user agent, the topmost first (RFC 3608). */
  readonly serviceRoute?: readonly string[] | undefined
  /** Public identities registered along with that one, the default first (RFC 7315 4.1). */
  readonly associatedUris?: ((aor: string) => readonly string[]) | undefined
  /** Seconds the user agent keeps its flow alive within (RFC 5626 4.4). */
  readonly flowTimer?: number | undefined
  /** Told after the answer has been sent, or when bindings ran out. */
  readonly onChange?: ((change: RegistrationChange) => void) | undefined
}

export interface RegistrationChange {
  readonly kind: 'registered' | 'refreshed' | 'deregistered' | 'expired'
  readonly aor: string
  /** Those that stand now, the preferred one first. */
  readonly bindings: readonly Binding[]
  /** The REGISTER and the 200 as sent, where one of them caused it: for a third-party REGISTER (TS 24.229 5.4.1.7). */
  readonly register: SipMessage | undefined
  readonly response: Uint8Array | undefined
}

/** A registrar (RFC 3261 10.3, RFC 3327, RFC 3608, RFC 5626 6). */
export interface Registrar {
  /** Answers a REGISTER. */
  receive(transaction: Pick<ServerTransaction, 'request' | 'remote' | 'transport' | 'respond'>): void
  /** The bindings of an address of record, the preferred one first; any spelling of its URI. */
  readonly bindings: Bindings
  close(): void
}

export function createRegistrar(options: RegistrarOptions): Registrar {
  const { clock, onChange } = options
  const bindings = createBindings(clock, (aor) =>
    onChange?.({ kind: 'expired', aor, bindings: bindings.of(aor), register: undefined, response: undefined }),
  )

  return {
    receive(transaction) {
      const { request, remote, transport } = transaction
      const work: Work = {
        request,
        flow: { ...remote, transport },
        options,
        bindings,
        aor: '',
        username: undefined,
        before: [],
        info: undefined,
      }
      for (const { run } of registrarSteps) {
        const response = run(work)
        if (response === undefined) continue
        const octets = transaction.respond(response)
        if (response.status === 200) tell(work, octets)
        return
      }
    },
    bindings,
    close: () => bindings.clear(),
  }

  function tell({ aor, before, request }: Work, response: Uint8Array): void {
    const now = bindings.of(aor)
    if (now.length === 0 && before.length === 0) return
    const kind = now.length === 0 ? 'deregistered' : before.length === 0 ? 'registered' : 'refreshed'
    onChange?.({ kind, aor, bindings: now, register: request, response })
  }
}
