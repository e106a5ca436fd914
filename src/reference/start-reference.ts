import { systemClock } from '#stack/sip'
import type { Clock } from '#stack/sip'
import type { Address, TlsIdentity } from '#transport'
import { openControlInterface } from './control-interface.ts'
import type { ProvisioningDocument } from './provision.ts'
import { openReference } from './reference.ts'

export interface ReferenceStart {
  /** Functions to begin with; others can be provisioned later. */
  readonly document?: ProvisioningDocument | undefined
  /** Of the HTTP control interface, on the loopback interface; port 0 takes a free one. */
  readonly control: Address
  /** Names of the catalogue. */
  readonly defects?: readonly string[] | undefined
  readonly clock?: Clock | undefined
  /** For access tokens, where the document does not say. */
  readonly now?: (() => Date) | undefined
  /** Who it is to TLS, and whom it trusts: those who connect must show a certificate. Needed where a function listens on TLS. */
  readonly identity?: TlsIdentity | undefined
  /** Takes one line about something worth knowing. */
  readonly say: (line: string) => void
}

export interface RunningReference {
  readonly control: Address
  close(): Promise<void>
}

/** Starts the reference MC system. Rejects with an `Error` of one line a fault when something given cannot be used. */
export async function startReference(start: ReferenceStart): Promise<RunningReference> {
  const { clock = systemClock, now = () => new Date() } = start
  const say = (line: string): void => start.say(oneLine(line))
  const reference = await openReference({ clock, now, say, identity: start.identity })
  try {
    must(reference.setDefects(start.defects ?? []))
    if (start.document !== undefined) must(await reference.provision(start.document))
    const control = await openControlInterface(reference, start.control)
    return {
      control: control.address,
      async close() {
        await control.close()
        await reference.close()
      },
    }
  } catch (error) {
    await reference.close()
    throw error
  }
}

/** Peers are quoted in what is said: nothing of theirs moves the cursor or starts a line. */
const oneLine = (line: string): string => line.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '?').slice(0, 500)

function must(outcome: { readonly ok: true } | { readonly ok: false; readonly faults: readonly string[] }): void {
  if (!outcome.ok) throw new Error(outcome.faults.join('\n'))
}
