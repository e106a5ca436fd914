import type { Clock } from '#play'
import type { Configuration, SutConfiguration } from '../configuration.ts'

interface Address {
  readonly address: string
  readonly port: number
}

/** When each system under test was last heard of, by whatever it sent: readable or not, for whatever case. */
export function createSignsOfLife({ suts }: Configuration, clock: Clock) {
  const last = new Map<SutConfiguration, number>()
  const tooMuch = new Map<SutConfiguration, number>()
  const astray = new Map<SutConfiguration, { readonly at: number; readonly text: string }>()
  const whose = (remote: Address | undefined): SutConfiguration | undefined =>
    suts.find(
      ({ address, port, tls }) => address === remote?.address && (port === remote.port || tls?.port === remote.port),
    )
  const isAfter = (time: number | undefined, since: number): boolean => time !== undefined && time >= since
  return {
    /** Something came from there; whose it is is known for what belongs to a case. */
    heard(remote: Address | undefined, sut = whose(remote)): void {
      if (sut) last.set(sut, clock.now())
    },
    /** Something came from there that was not looked at, because so much came before it. */
    flooded(remote: Address | undefined, sut = whose(remote)): void {
      if (sut) tooMuch.set(sut, clock.now())
    },
    /** Something came from there that is of no use to any case. */
    strayed(remote: Address | undefined, text: string): void {
      const sut = whose(remote)
      if (sut) astray.set(sut, { at: clock.now(), text })
    },
    astraySince(sut: SutConfiguration, since: number): string | undefined {
      const latest = astray.get(sut)
      return isAfter(latest?.at, since) ? latest?.text : undefined
    },
    since: (sut: SutConfiguration, since: number): boolean => isAfter(last.get(sut), since),
    floodedSince: (sut: SutConfiguration, since: number): boolean => isAfter(tooMuch.get(sut), since),
  }
}
export type SignsOfLife = ReturnType<typeof createSignsOfLife>
