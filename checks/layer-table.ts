/** What the files of a folder may import beside one another. */
export interface Allowed {
  /** Names of `imports` in package.json; `#wire/*` stands for every name below it. */
  readonly layers: readonly string[]
  /** Those of which types alone may be taken. */
  readonly types?: readonly string[]
  /** Node.js modules without `node:`; `*` stands for all. */
  readonly node: readonly string[]
  /** Packages of the registry; `*` stands for all that package.json names. */
  readonly packages: readonly string[]
  /** Folders whose files may be named by a relative path. */
  readonly folders?: readonly string[]
}

/** One folder: what its product files may import, and what its tests may import beyond that. */
export interface Layer extends Allowed {
  readonly folder: string
  readonly tests: Allowed
}

/** Files with these endings are tests or stand beside tests: the `tests` of their row holds for them too. */
export const testEndings = ['.test.ts', '.testing.ts', '.world.ts', '.types.ts'] as const

/** What every test may use. */
const test = (layers: readonly string[] = [], folders: readonly string[] = []): Allowed => ({
  layers,
  node: ['*'],
  packages: ['vitest', 'fast-check'],
  folders,
})

const wire = ['buffer', 'fs', 'net']

/**
 * The architecture. Who needs a new row or a wider one changes ARCHITECTURE.md in the same commit.
 * A folder that stands in no row is refused.
 */
export const layers: readonly Layer[] = [
  { folder: 'suites', layers: ['#flow'], node: [], packages: [], tests: test() },
  { folder: 'src/flow', layers: [], node: [], packages: [], tests: test([], ['suites']) },
  { folder: 'src/verdict', layers: [], node: [], packages: [], tests: test() },
  { folder: 'src/derive', layers: ['#flow'], node: [], packages: [], tests: test([], ['suites']) },
  {
    folder: 'src/play',
    layers: ['#flow', '#derive', '#verdict'],
    node: [],
    packages: [],
    tests: test([], ['suites']),
  },
  { folder: 'src/wire/sip', layers: [], node: wire, packages: [], tests: test() },
  { folder: 'src/wire/sdp', layers: [], node: wire, packages: ['sdp-transform'], tests: test() },
  { folder: 'src/wire/multipart', layers: [], node: wire, packages: [], tests: test() },
  { folder: 'src/wire/mcx-xml', layers: [], node: wire, packages: ['libxml2-wasm', 'saxes'], tests: test() },
  { folder: 'src/wire/mcdata', layers: [], node: wire, packages: [], tests: test() },
  { folder: 'src/wire/rtp', layers: [], node: wire, packages: [], tests: test() },
  { folder: 'src/wire/rtcp', layers: [], node: wire, packages: [], tests: test() },
  // Its messages are application-defined RTCP packets; their tests are held against a dissector of others.
  {
    folder: 'src/wire/floor-control',
    layers: [],
    types: ['#wire/rtcp'],
    node: wire,
    packages: [],
    tests: test(['#wire/rtcp'], ['src/report', 'src/wire/capture']),
  },
  { folder: 'src/wire/http', layers: [], node: wire, packages: [], tests: test() },
  { folder: 'src/wire/capture', layers: [], node: wire, packages: [], tests: test() },
  // What a recorded capture says, judged: no flow, no case, no verdict.
  {
    folder: 'src/conversation',
    layers: ['#wire/*'],
    node: [],
    packages: [],
    tests: test([], ['src/wire/capture', 'src/report']),
  },
  { folder: 'src/transport', layers: [], node: ['dgram', 'net', 'tls'], packages: [], tests: test() },
  {
    folder: 'src/stack/sip',
    layers: ['#wire/*', '#transport'],
    // Names of servers are looked up (RFC 3263).
    node: ['crypto', 'dns/promises', 'net'],
    packages: [],
    // Certificates made for tests.
    tests: test([], ['src/transport']),
  },
  // Its clocks are those of SIP, as it is played beside it.
  {
    folder: 'src/stack/media',
    layers: ['#wire/*', '#transport'],
    node: [],
    packages: [],
    tests: test(['#stack/sip'], ['src/stack/sip', 'src/report', 'src/wire/capture']),
  },
  {
    folder: 'src/stack/http',
    layers: ['#wire/*', '#transport'],
    node: ['http', 'net'],
    packages: ['@hono/node-server', 'hono', 'undici'],
    tests: test(),
  },
  {
    folder: 'src/bindings',
    layers: ['#wire/*'],
    types: ['#flow', '#verdict'],
    node: ['crypto'],
    packages: [],
    // Examples are shown to a dissector of others.
    tests: test([], ['src/report']),
  },
  // Never flow, derive, play or suites, in tests neither: the reference is to be able to disagree with the flows.
  {
    folder: 'src/reference',
    layers: ['#wire/*', '#stack/*', '#transport', '#bindings'],
    node: ['crypto', 'net'],
    packages: ['@hono/node-server', 'hono', 'jose', 'zod'],
    tests: test([], ['fixtures', 'src/transport']),
  },
  {
    folder: 'src/report',
    layers: ['#verdict'],
    types: ['#derive'],
    node: ['child_process', 'crypto', 'fs', 'path', 'url', 'zlib'],
    packages: ['picocolors', 'zod', 'allure'],
    tests: {
      layers: [],
      node: ['*'],
      packages: ['vitest', 'fast-check', 'ajv', 'libxml2-wasm', 'playwright-core'],
      folders: ['fixtures'],
    },
  },
  // The composition root: all but the command line.
  {
    folder: 'src/harness',
    layers: [
      ...['#flow', '#derive', '#verdict', '#play', '#bindings', '#report', '#reference'],
      ...['#wire/*', '#stack/*', '#transport'],
    ],
    node: ['*'],
    packages: ['jose', 'undici', 'vitest', 'zod'],
    folders: ['suites'],
    tests: test([], ['suites', 'fixtures']),
  },
  // Plays messages of the flows, changed, over sockets of its own; flows themselves through the harness.
  {
    folder: 'src/fuzz',
    layers: [
      ...['#flow', '#derive', '#verdict', '#play', '#bindings', '#harness', '#report'],
      ...['#wire/*', '#transport'],
    ],
    node: ['*'],
    packages: ['fast-check'],
    tests: test([], ['fixtures']),
  },
  { folder: 'src/cli', layers: ['#*'], node: ['*'], packages: ['commander', 'picocolors'], tests: test() },
  { folder: 'fixtures', layers: ['#*'], node: ['*'], packages: [], tests: test() },
  { folder: 'docs', layers: ['#*'], node: ['*'], packages: ['*'], tests: test() },
  // Checks look at what nothing else may see.
  {
    folder: 'checks',
    layers: ['#*'],
    node: ['*'],
    packages: ['*'],
    folders: ['src', 'suites', 'fixtures'],
    tests: test(),
  },
  // Configurations in the root.
  { folder: '.', layers: [], node: [], packages: ['vitest'], folders: ['src/harness'], tests: test() },
]
