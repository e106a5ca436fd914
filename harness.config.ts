import { defineConfig, embeddedReference } from './src/harness/index.ts'

/** The embedded reference MC systems as systems under test. `mcx init` writes one for yours. */
export default defineConfig({
  profile: 'rel-18',
  suts: embeddedReference(),
})
