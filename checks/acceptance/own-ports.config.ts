import { defineConfig, embeddedReference, portsFrom } from '../../src/harness/index.ts'

/** The configuration of the repository on ports of its own, so that several runs do not meet, and with defects if any are wanted. */
const { MCX_PORT: port = '18000', MCX_DEFECT: defects = '' } = process.env
const first = Number(port)

export default defineConfig({
  profile: 'rel-18',
  tester: { ports: portsFrom(first) },
  suts: embeddedReference({ firstPort: first + 20, defects: defects.split(' ').filter(Boolean) }),
})
