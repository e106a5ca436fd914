import { brokenDocumentIn, type Service } from '#bindings'
import { judgeMessage, type SipMessage, statusOf } from '#wire/sip'
import type { Expectation } from '../expectation.ts'
import type { Legality } from '../legality.ts'
import { compareIdentities } from '../identities.ts'
import { timesAnew } from '../operators/index.ts'
import { complaint, isGranted, lineOf, shown, type Complaint, type Oracle } from '../oracle.ts'

/** Nothing leaves that must not, and what has to leaves once, with what it has to carry. */
export const otherLegs: Oracle = (played) => {
  const { scenario, read, expectation, observation, legs } = played
  const [first] = observation.finals
  if (expectation.class === 'refuse') {
    // That it was granted has been said.
    if (isGranted(played)) return []
    const allowed = scenario.refusalLegs ?? []
    const escaped = legs.findIndex(({ message }) => message === undefined || !allowed.includes(message))
    const leg = observation.legs[escaped]
    if (leg === undefined) return []
    const what = `something leaves towards ${leg.to} though it is to be refused: ${ruleOf(expectation)}`
    return [complaint('legs', refusedBy(expectation), 'security', what, 'nothing', methodOf(leg.message))]
  }
  if (expectation.class !== 'accept' || first === undefined || statusOf(first) >= 300) return []
  const found: Complaint[] = []
  const most = timesAnew(scenario, played.one)
  for (const { to, message, carries } of scenario.legs) {
    const meant = legs.filter((leg) => leg.to === to && leg.message === message)
    const [one] = meant
    if (one === undefined || meant.length > most) {
      const what = `${one === undefined ? 'no' : 'several'} ${message} to ${to}`
      found.push(complaint('legs', procedure, 'legality', what, 'one', String(meant.length)))
      continue
    }
    for (const ie of carries) {
      const [sent, came] = [read.ies[ie], one.ies[ie]]
      if (sent === undefined || (came !== undefined && compareIdentities(sent, came) !== 'different')) continue
      const what = `${ie} in the ${message} is not that of the request`
      found.push(complaint('legs', procedure, 'security', what, shown(sent), shown(came)))
    }
  }
  if (legs.length > most * scenario.legs.length)
    found.push(
      complaint(
        'legs',
        procedure,
        'legality',
        'more leaves than the flow has',
        String(scenario.legs.length),
        String(legs.length),
      ),
    )
  if (scenario.granted !== undefined && !scenario.granted(legs))
    found.push(complaint('legs', procedure, 'legality', 'legal, and refused', 'what was asked for', 'a refusal'))
  return found
}

const procedure = 'TR 23.781 6.x.1'

const ruleOf = ({ violations }: Expectation): string =>
  violations.find(({ reaction }) => reaction === 'refuse')?.rule ?? ''

const refusedBy = ({ violations }: Expectation): string =>
  violations.find(({ reaction }) => reaction === 'refuse')?.clause ?? procedure

const methodOf = ({ startLine }: SipMessage): string =>
  startLine.kind === 'request' ? `${startLine.method} ${startLine.requestUri}` : startLine.kind

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
export const legLegality: Oracle = ({ scenario, read, observation: { legs } }) =>
  legs.flatMap(({ to, message }) => [
    ...(isSound(read) ? brokenDocument(to, message, scenario.service) : []),
    ...brokenRule(to, message),
  ])

/** The first rule that a request breaks. */
export const brokenRule = (to: string, message: SipMessage): readonly Complaint[] =>
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
    )

/** Whether whoever passes it on passes on nothing that is broken. */
export const isSound = ({ violations }: Legality): boolean =>
  !violations.some(({ level }) => level === 'sip' || level === 'body')

/** What somebody sends because of a sound message has sound documents, whatever its elements say. */
export function brokenDocument(to: string, message: SipMessage, service: Service): readonly Complaint[] {
  const broken = brokenDocumentIn(message, service)
  if (broken === undefined) return []
  const { field, source, expected, actual } = broken
  const clause = `${source.doc} ${source.clause}`
  return [complaint('legs', clause, 'legality', `the ${field} towards ${to} is broken`, expected.join(', '), actual)]
}

/** TR 23.781 6.3: what a gateway server passes on shows nothing of who is behind it; names are found in octets, escaped, in base64 or hexadecimal. */
export const leaks: Oracle = ({ scenario: { hidden = [] }, observation }) =>
  (hidden.length === 0 ? [] : observation.legs).flatMap(({ to, message }) => {
    const texts = readings(message.octets)
    return hidden
      .filter((name) => texts.some((text) => text.includes(name)))
      .map((name) =>
        complaint('leaks', 'TR 23.781 6.3', 'security', `a name of the inside is seen at ${to}`, 'nothing', name),
      )
  })

/** The octets as they are, and what stands in them in another writing. */
export function readings(octets: Uint8Array): readonly string[] {
  const text = Buffer.from(octets).toString('latin1')
  const inBase64 = text.match(/[\w+/-]{16,}/g) ?? []
  const inHexadecimal = text.match(/(?:[0-9a-f]{2}){8,}/gi) ?? []
  return [
    text.replace(/%([0-9a-f]{2})/gi, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    // What it is part of may begin before it, so that the first of four letters is not known.
    ...inBase64.flatMap((run) => [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('latin1'))),
    ...inHexadecimal.map((run) => Buffer.from(run, 'hex').toString('latin1')),
  ].map((one) => one.toLowerCase())
}
