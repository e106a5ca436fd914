import { expect, test } from 'vitest'
import { importsOf } from './imports-of.ts'
import { layerOf, refusal } from './layer-refusal.ts'

/** Why a file may not have this line, if it may not. */
const judged = (file: string, line: string): string | undefined => {
  const layer = layerOf(file)
  const [found] = importsOf(line)
  if (!layer || !found) throw new Error(`${file}: ${line}`)
  return refusal(file, layer, found)
}

test.each([
  ['suites/migration/a.flow.ts', "import { flow } from '#flow'"],
  ['suites/migration/a.flow.ts', "import { client } from '../vocabulary/actors.ts'"],
  ['src/play/a.ts', "import { project } from '#derive'"],
  ['src/bindings/a.ts', "import type { Source } from '#verdict'"],
  ['src/bindings/a.ts', "import { readMessage } from '#wire/sip'"],
  ['src/stack/sip/a.ts', "import { openUdp } from '#transport'"],
  ['src/harness/tester/a.ts', "import { x } from '../case-plan.ts'"],
  ['src/harness/flows.ts', "import x from '../../suites/migration/service-authorization.flow.ts'"],
  ['src/cli/a.ts', "import { Command } from 'commander'"],
  ['src/flow/a.test.ts', "import fc from 'fast-check'"],
  ['src/derive/a.test.ts', "import x from '../../suites/migration/service-authorization.flow.ts'"],
  ['src/wire/sip/a.test.ts', "import { readFileSync } from 'node:fs'"],
  ['src/play/peer.testing.ts', "import { expect } from 'vitest'"],
  ['harness.config.ts', "import { defineConfig } from './src/harness/index.ts'"],
])('%s may: %s', (file, line) => {
  expect(judged(file, line)).toBeUndefined()
})

test.each([
  ['suites/migration/a.flow.ts', "import { readMessage } from '#wire/sip'", /layers: #flow/],
  ['suites/migration/a.flow.ts', "import { test } from 'vitest'", /no package/],
  ['suites/migration/a.flow.ts', "import { flow } from '../../src/flow/index.ts'", /stay in their folder/],
  ['src/flow/a.ts', "import { weigh } from '#verdict'", /no layer at all/],
  ['src/flow/a.ts', "import { createHash } from 'node:crypto'", /no module of Node/],
  ['src/flow/a.ts', "export { x } from '#derive'", /no layer at all/],
  ['src/derive/a.ts', "const late = import('#bindings')", /layers: #flow/],
  ['src/derive/a.ts', "import fc from 'fast-check'", /no package/],
  ['src/wire/sip/a.ts', "import { openUdp } from '#transport'", /no layer/],
  ['src/wire/sip/a.ts', "import { x } from '../multipart/index.ts'", /stay in their folder/],
  ['src/wire/sip/a.ts', "import { connect } from 'node:tls'", /of Node.js/],
  ['src/transport/a.ts', "import { readMessage } from '#wire/sip'", /no layer/],
  ['src/bindings/a.ts', "import { weigh } from '#verdict'", /types alone: write import type/],
  ['src/play/a.ts', "import { rel18 } from '#bindings'", /layers: #flow, #derive, #verdict/],
  ['src/reference/a.ts', "import type { Flow } from '#flow'", /layers: /],
  ['src/reference/a.test.ts', "import { casesOf } from '#derive'", /layers: /],
  ['src/reference/a.ts', "import x from '../../suites/vocabulary/values.ts'", /stay in their folder/],
  ['src/report/a.ts', "import { play } from '#play'", /layers: #verdict/],
  ['src/harness/a.ts', "import { program } from '../cli/program.ts'", /go to suites/],
  ['src/harness/a.ts', "import { Command } from 'commander'", /packages: /],
])('%s may not: %s', (file, line, allowed) => {
  expect(judged(file, line)).toMatch(allowed)
})

test('a folder that stands in no row has no layer', () => {
  expect(layerOf('src/utils/strings.ts')).toBeUndefined()
  expect(layerOf('src/wire/diameter/avp.ts')).toBeUndefined()
})
