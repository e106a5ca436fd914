import { expect, test } from 'vitest'
import serviceAuthorization from '../../suites/migration/service-authorization.flow.ts'
import { casesOf } from './cases.ts'
import { inVariant } from './course.ts'
import { crashPointsOf } from './crash-points.ts'

const flow = inVariant(serviceAuthorization, 'no-gateways')

test('every step that a role shares with the tester is a moment, with who is at its other end', () => {
  const { points } = crashPointsOf(flow, ['partnerServer'])
  expect(points).toEqual([
    { after: '1', peer: 'client' },
    { after: '3', peer: 'primaryServer' },
    { after: '8', peer: 'primaryServer' },
    { after: '11', peer: 'client' },
  ])
})

test('no step is left out: what is no moment says why', () => {
  for (const role of Object.keys(flow.actors)) {
    const { points, unseen } = crashPointsOf(flow, [role])
    expect([...points.map(({ after }) => after), ...unseen.map(({ step }) => step)].toSorted()).toEqual(
      flow.steps.map(({ step }) => step).toSorted(),
    )
    expect(unseen.every(({ why }) => why.length > 0)).toBe(true)
  }
})

test('a flow as it is played has the moments of its variant', () => {
  const [whole] = [...casesOf(serviceAuthorization, ['partnerGateway'])]
  expect(whole && crashPointsOf(whole.flow, whole.sut).points.length).toBeGreaterThan(2)
})
