import { defineConfig, embeddedReference, portsFrom } from '../../src/harness/index.ts'

/** A reference system that somebody else has started and provisioned: one of two testers, in a variant of its own. */
export const configurationFor = (
  port: number,
  sutPort: number,
  variant: 'both-gateways' | 'no-gateways',
  seed: number,
) =>
  defineConfig({
    profile: 'rel-18',
    seed,
    tester: { ports: portsFrom(port) },
    suts: embeddedReference({ firstPort: sutPort })
      // A gateway server has one MC service server behind it: that of one tester.
      .filter(({ roles }) => variant === 'both-gateways' || !roles.some((role) => role.endsWith('Gateway')))
      .map((sut) => ({
        ...sut,
        variants: [variant],
        // A configuration management server speaks HTTP.
        transports: [sut.roles.includes('configurationServer') ? ('tcp' as const) : ('udp' as const)],
        control: { http: `http://127.0.0.1:${sutPort + 5}`, provision: [process.execPath, '-e', provisioned] },
      })),
  })

/** Takes the document and leaves everything as it is. */
const provisioned = 'process.stdin.resume().on("end", () => console.log("{}"))'

const { MCX_PORT = '18000', MCX_SUT_PORT = '18100', MCX_VARIANT, MCX_SEED = '1' } = process.env

export default configurationFor(
  Number(MCX_PORT),
  Number(MCX_SUT_PORT),
  MCX_VARIANT === 'no-gateways' ? MCX_VARIANT : 'both-gateways',
  Number(MCX_SEED),
)
