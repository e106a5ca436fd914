import { defineConfig, embeddedReference, portsFrom } from '../src/harness/index.ts'

/** Reference MC systems behind somebody who stands at their ports; they are started and ended by whoever starts the run. */
const { MCX_PORT: port = '22000', MCX_PROFILE: profile = 'rel-18' } = process.env
const first = Number(port)

export default defineConfig({
  profile,
  tester: { ports: portsFrom(first) },
  suts: embeddedReference({ firstPort: first + 20 }).map((sut) => ({
    ...sut,
    control: { http: `http://127.0.0.1:${first + 25}` },
  })),
})
