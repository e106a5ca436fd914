import { defineConfig, embeddedReference, portsFrom } from '../../src/harness/index.ts'

/** MC systems A and B, each a reference system of its own, under test in the same cases; with a defect in either if one is wanted. */
const { MCX_PORT: port = '18000', MCX_DEFECT_A: a = '', MCX_DEFECT_B: b = '' } = process.env
const first = Number(port)
const system = (role: string, firstPort: number, defects: string) =>
  embeddedReference({ firstPort, defects: defects.split(' ').filter(Boolean) }).filter(({ roles }) => roles[0] === role)

export default defineConfig({
  profile: 'rel-18',
  tester: { ports: portsFrom(first) },
  suts: [...system('primaryServer', first + 20, a), ...system('partnerServer', first + 40, b)],
  together: [['reference primary server', 'reference partner server']],
})
