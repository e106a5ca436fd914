import type { Clock } from '#play'
import type { Configuration, SutConfiguration } from '../configuration.ts'

interface Address {
  readonly address: string
  readonly port: number
}

/** When each system under test was last heard of, by whatever it sent: readable or not, for whatever case. */
export function createSignsOfLife({ suts }: Configuration, clock: Clock) {
  const last = new Map<SutConfiguration, number>()
  return {
    /** Something came from there; whose it is is known for what belongs to a case. */
    heard(remote: Address | undefined, known?: SutConfiguration): void {
      const sut = known ?? suts.find(({ address, port }) => address === remote?.address && port === remote.port)
      if (sut) last.set(sut, clock.now())
    },
    since: (sut: SutConfiguration, since: number): boolean => (last.get(sut) ?? Number.NEGATIVE_INFINITY) >= since,
  }
}
export type SignsOfLife = ReturnType<typeof createSignsOfLife>
