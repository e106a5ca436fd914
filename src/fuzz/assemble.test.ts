import { rel18 } from '#bindings'
import { readMessage } from '#wire/sip'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assemble } from './assemble.ts'
import { baselineOf, writeBaseline } from './baseline.ts'
import type { Edit } from './case.ts'
import { correlationIn, correlationOf } from './correlation.ts'
import { editsAt } from './grid.ts'
import { judgeLegality } from './legality.ts'
import { placesOf } from './places.ts'
import { scenarios } from './scenarios/index.ts'
import { systemsFor, userOf, type Places } from './world.ts'

const spot = (identity: string) => ({ address: '127.0.0.1', port: 5999, identity })
const own: Places = {
  client: spot('sip:client@ue.partner.example'),
  partnerServer: spot('sip:server@partner.example'),
  partnerGateway: spot('sip:gateway@partner.example'),
  primaryGateway: spot('sip:gateway@primary.example'),
  primaryServer: spot('sip:server@primary.example'),
}

const prepared = scenarios.map((scenario) => {
  const user = userOf(1, scenario.systems)
  const wire = scenario.encode(scenario.ies(user), user, own, 'sip:mc-server@b.reference.example')
  const octets = writeBaseline(wire, { sentBy: '127.0.0.1:5999', host: 'ue.partner.example' })
  const places = placesOf(octets)
  return { scenario, user, octets, baseline: baselineOf(octets), places, edits: editsAt(scenario.step, octets, places) }
})
const other = userOf(2, systemsFor('partnerServer'))
const canary = correlationOf(12_345)

test.each(prepared)(
  '$scenario.id: every place lies in the message, and the message is conformant',
  ({ octets, places }) => {
    expect(readMessage(octets).diagnostics).toEqual([])
    expect(new Set(places.map(({ path }) => path)).size).toBe(places.length)
    for (const { span, whole } of places) {
      expect(span.start).toBeGreaterThanOrEqual(whole.start)
      expect(span.end).toBeLessThanOrEqual(whole.end)
      expect(whole.end).toBeLessThanOrEqual(octets.length)
    }
  },
)

test.each(prepared)('$scenario.id: without edits only the identifiers differ', ({ baseline, octets, user }) => {
  const { octets: made, without } = assemble(baseline, () => undefined, [], { user, other, canary })
  expect(without).toEqual([])
  expect(made.toString('latin1').replaceAll(canary, correlationOf(0))).toBe(octets.toString('latin1'))
})

test.each(prepared)(
  '$scenario.id: the length of the body is said whatever is edited, unless it is frozen',
  ({ baseline, places, edits, user }) => {
    const placeAt = new Map(places.map((place) => [place.path, place]))
    fc.assert(
      fc.property(fc.constantFrom(...edits.filter(({ path }) => path.startsWith('body['))), (edit: Edit) => {
        const { octets } = assemble(baseline, (path) => placeAt.get(path), [edit], { user, other, canary })
        const said = Number(/\r\nContent-Length: (\d+)\r\n/.exec(octets.toString('latin1'))?.[1])
        expect(said).toBe(octets.length - octets.indexOf('\r\n\r\n') - 4)
        const frozen = assemble(baseline, (path) => placeAt.get(path), [{ ...edit, repair: 'freeze' }], {
          user,
          other,
          canary,
        })
        expect(frozen.octets.toString('latin1')).toContain(
          `Content-Length: ${baseline.octets.length - baseline.body}\r\n`,
        )
      }),
    )
  },
)

test.each(prepared)(
  '$scenario.id: edits of several places are all made, those that meet are recorded',
  ({ baseline, places, edits, user }) => {
    const placeAt = new Map(places.map((place) => [place.path, place]))
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...edits), { maxLength: 5 }), (chosen) => {
        const { without, octets } = assemble(baseline, (path) => placeAt.get(path), chosen, { user, other, canary })
        expect(without.every((index) => index >= 0 && index < chosen.length)).toBe(true)
        if (without.length < chosen.length) expect(octets.equals(baseline.octets)).toBe(false)
      }),
    )
  },
)

test('an edit of what is not there changes nothing and is recorded', () => {
  const [{ baseline, user }] = prepared as [(typeof prepared)[0]]
  const edit: Edit = { at: '1', path: 'Nothing.of.that.name', kind: 'remove', layer: 'a' }
  expect(assemble(baseline, () => undefined, [edit], { user, other, canary }).without).toEqual([0])
})

test('an identifier is found in any letter case', () => {
  expect(correlationIn(`x${canary.toUpperCase()}y`)).toBe(canary)
})

/** The same message in other words: whoever refuses it does not read what stands in it. */
const sameMeaning: readonly (readonly [kind: string, p: string])[] = [
  ['line', 'compact name'],
  ['document', 'prefixes throughout'],
  ['framing', 'another boundary throughout'],
  ['framing', 'boundary with marks throughout'],
  ['framing', 'boundary with a space throughout'],
  ['framing', 'boundary of 70 throughout'],
]

test.each(sameMeaning)('%s %s is the same message, and legal', (kind, p) => {
  let changed = 0
  for (const { scenario, user, baseline, places, edits } of prepared) {
    const placeAt = new Map(places.map((place) => [place.path, place]))
    const around = { user, other, canary: correlationOf(0) }
    const was = judgeLegality(baseline.octets, rel18, scenario.service)
    for (const edit of edits.filter((one) => one.kind === kind && one.p === p)) {
      const { octets, without } = assemble(baseline, (path) => placeAt.get(path), [edit], around)
      if (without.length > 0) continue
      changed += 1
      const { violations, ies } = judgeLegality(octets, rel18, scenario.service)
      expect({ path: edit.path, violations, ies }).toEqual({
        path: edit.path,
        violations: was.violations,
        ies: was.ies,
      })
    }
  }
  expect(changed).toBeGreaterThan(0)
})
