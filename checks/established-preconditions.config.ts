import { defineConfig, embeddedReference, portsFrom } from '../src/harness/index.ts'

/** The reference MC systems, whose control interface brings about what holds before a case; or refuses to. */
const { MCX_PORT: port = '18000', MCX_REFUSES, MCX_DEFECT: defect } = process.env
const first = Number(port)
const refuses = { establish: [process.execPath, '-e', 'process.exitCode = 3'] }

export default defineConfig({
  profile: 'rel-18',
  tester: { ports: portsFrom(first) },
  suts: embeddedReference({ firstPort: first + 20, defects: defect === undefined ? [] : [defect] }).map((sut) => ({
    ...sut,
    preconditions: 'control' as const,
    control: { ...sut.control, ...(MCX_REFUSES !== undefined && refuses) },
  })),
})
