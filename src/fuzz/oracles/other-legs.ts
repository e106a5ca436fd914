import { decodeRequest, rel18, valuesOf } from '#bindings'
import { judgeMessage, type SipMessage } from '#wire/sip'
import { compareIdentities } from '../identities.ts'
import type { LegMessage } from '../observation.ts'
import { complaint, lineOf, shown, statusOf, type Complaint, type Oracle } from '../oracle.ts'
import type { Scenario } from '../scenario.ts'

/** Nothing leaves that must not, and what has to leaves once, with what it has to carry. */
export const otherLegs: Oracle = ({ scenario, read, expectation, observation: { legs, finals } }) => {
  if (expectation.class === 'refuse')
    return legs
      .slice(0, 1)
      .map((leg) =>
        complaint(
          'legs',
          expectation.violations[0]?.clause ?? '',
          'security',
          `something leaves towards ${leg.to} though it is to be refused`,
          'nothing',
          methodOf(leg.message),
        ),
      )
  if (expectation.class !== 'accept' || finals.length === 0 || statusOf(finals[0] as SipMessage) >= 300) return []
  const found: Complaint[] = []
  for (const { to, message, carries } of scenario.legs) {
    const ones = legs.filter((leg) => leg.to === to).map((leg) => readLeg(leg, scenario))
    const meant = ones.filter((one) => 'name' in one && one.name === message)
    if (meant.length !== 1) {
      found.push(
        complaint(
          'legs',
          'TR 23.781 6.x.1',
          'legality',
          `${meant.length === 0 ? 'no' : 'several'} ${message} to ${to}`,
          'one',
          String(meant.length),
        ),
      )
      continue
    }
    const [one] = meant
    const ies = one !== undefined && 'ies' in one ? one.ies : {}
    for (const ie of carries) {
      const [sent, came] = [read.ies[ie], ies[ie]]
      if (sent === undefined || (came !== undefined && compareIdentities(sent, came) !== 'different')) continue
      found.push(
        complaint(
          'legs',
          'TR 23.781 6.x.1 step 3',
          'security',
          `${ie} in the ${message} is not that of the request`,
          shown(sent),
          shown(came),
        ),
      )
    }
  }
  if (legs.length > scenario.legs.length)
    found.push(
      complaint(
        'legs',
        'TR 23.781 6.x.1',
        'legality',
        'more leaves than the flow has',
        String(scenario.legs.length),
        String(legs.length),
      ),
    )
  return found
}

const methodOf = ({ startLine }: SipMessage): string =>
  startLine.kind === 'request' ? `${startLine.method} ${startLine.requestUri}` : startLine.kind

const readLeg = ({ message }: LegMessage, { service }: Scenario) =>
  decodeRequest(rel18, service, 'publish', message, valuesOf(rel18, service, {}))

/** TR 23.781 6.x.1 steps 10 and 11: who decides has to be heard first. */
export const order: Oracle = ({ scenario, expectation, observation: { finals, early } }) => {
  const [first] = finals
  if (expectation.class !== 'accept' || scenario.react === undefined || !early || first === undefined) return []
  if (statusOf(first) < 200 || statusOf(first) > 299) return []
  return [
    complaint(
      'order',
      'TR 23.781 6.x.1 step 11',
      'security',
      'accepted before the other system has answered',
      'an answer after that of the other system',
      lineOf(first),
    ),
  ]
}

/** What leaves is a message like any other. */
export const legLegality: Oracle = ({ observation: { legs } }) =>
  legs.flatMap(({ to, message }) =>
    judgeMessage(message)
      .rules.slice(0, 1)
      .map(({ rule, clause, text }) =>
        complaint(
          'legs',
          clause,
          'legality',
          `the request to ${to} breaks ${rule}`,
          `a request that keeps ${rule}`,
          text,
        ),
      ),
  )
