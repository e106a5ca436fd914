import { defineConfig, embeddedReference, portsFrom } from '../src/harness/index.ts'

/** One defective reference system; which defect, role, variant and ports is told by whoever starts the run. */
const { MCX_DEFECT: defect = '', MCX_ROLE: role = '', MCX_VARIANT: variant, MCX_PORT: port = '17000' } = process.env
const first = Number(port)
const suts = embeddedReference({ firstPort: first + 20, defects: defect === '' ? [] : [defect] })

export default defineConfig({
  profile: 'rel-18',
  everyTransport: ['*'],
  tester: { ports: portsFrom(first) },
  suts: suts
    .filter((sut) => role === '' || sut.roles[0] === role)
    .map((sut) => ({ ...sut, variants: [variant === 'no-gateways' ? variant : 'both-gateways'] })),
})
