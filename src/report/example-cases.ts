import type { CaseDescription, LadderStep, RunEvent, Verdict } from '#verdict'

/** The actors of figure 6.x.1-1, in its order. */
export const actors = {
  client: 'MC service client',
  partnerServer: 'partner MC service server',
  partnerGateway: 'partner MC gateway server',
  primaryGateway: 'primary MC gateway server',
  primaryServer: 'primary MC service server',
}
const order = Object.keys(actors) as (keyof typeof actors)[]

const arrow = (step: string, from: string, to: string, label: string): LadderStep => ({
  step,
  kind: 'message',
  from,
  to,
  label,
})
const local = (step: string, kind: LadderStep['kind'], at: string, label: string): LadderStep => ({
  step,
  kind,
  from: at,
  to: at,
  label,
})

/** The eleven steps with both gateway servers. */
export const fullLadder: readonly [LadderStep, ...LadderStep[]] = [
  arrow('1', 'client', 'partnerServer', 'authorization request'),
  local('2', 'check', 'partnerServer', 'migration from the primary MC system is permitted'),
  arrow('3', 'partnerServer', 'partnerGateway', 'migration request'),
  arrow('4', 'partnerGateway', 'primaryGateway', 'migration request'),
  arrow('5', 'primaryGateway', 'primaryServer', 'migration request'),
  local('6', 'check', 'primaryServer', 'migration of this user to that partner MC system is permitted'),
  local('7', 'record', 'primaryServer', 'migratedSystem, temporaryId'),
  arrow('8', 'primaryServer', 'primaryGateway', 'migration response'),
  arrow('9', 'primaryGateway', 'partnerGateway', 'migration response'),
  arrow('10', 'partnerGateway', 'partnerServer', 'migration response'),
  arrow('11', 'partnerServer', 'client', 'authorization response'),
]

const directLadder: readonly LadderStep[] = [
  ...fullLadder.slice(0, 2),
  arrow('3', 'partnerServer', 'primaryServer', 'migration request'),
  ...fullLadder.slice(5, 7),
  arrow('8', 'primaryServer', 'partnerServer', 'migration response'),
  arrow('11', 'partnerServer', 'client', 'authorization response'),
]

export interface Ending {
  readonly verdict: Verdict | 'unfinished'
  readonly name: string
  readonly purpose: string
  readonly negative?: boolean
  /** What became of the answer of the system under test. */
  readonly answer: 'as required' | 'absent' | 'wrong user' | 'refused'
}

const endings: readonly [Ending, ...Ending[]] = [
  { verdict: 'pass', name: '', purpose: 'answers the request with the result accepted', answer: 'as required' },
  {
    verdict: 'pass',
    name: '~without:temporaryId',
    purpose: 'answers a request that leaves the optional temporaryId out',
    answer: 'as required',
  },
  { verdict: 'pass', name: '~deny', purpose: 'refuses a user who may not migrate', negative: true, answer: 'refused' },
  {
    verdict: 'pass',
    name: '~omit:mcServiceId',
    purpose: 'grants nothing when the mandatory mcServiceId is left out',
    negative: true,
    answer: 'refused',
  },
  {
    verdict: 'pass',
    name: '~twice',
    purpose: 'handles a request that arrives twice only once',
    negative: true,
    answer: 'as required',
  },
  {
    verdict: 'pass',
    name: '~malform:partnerSystem',
    purpose: 'grants nothing for a malformed partnerSystem',
    negative: true,
    answer: 'refused',
  },
  {
    verdict: 'fail',
    name: '~two-users',
    purpose: 'answers each of two users with that user’s identity',
    answer: 'wrong user',
  },
  {
    verdict: 'pass',
    name: '~foreign:mcServiceId',
    purpose: 'refuses a well-formed identity that belongs to nobody',
    negative: true,
    answer: 'refused',
  },
  { verdict: 'fail', name: '~slow', purpose: 'answers within the time the profile allows', answer: 'absent' },
  {
    verdict: 'inconclusive',
    name: '~withhold:8',
    purpose: 'refuses the client when no answer comes',
    negative: true,
    answer: 'absent',
  },
  {
    verdict: 'pass',
    name: '~before',
    purpose: 'ignores an answer nobody asked for',
    negative: true,
    answer: 'as required',
  },
  {
    verdict: 'error',
    name: '~unsolicited',
    purpose: 'ignores a response of another exchange',
    negative: true,
    answer: 'as required',
  },
]

/** One case of the example run: the roles, topologies, transports and kinds of ending alternate. */
export function describe(index: number, mark: string): { description: CaseDescription; ending: Ending } {
  const ending = endings[index % endings.length] ?? endings[0]
  const role = order[(index * 3 + Math.floor(index / endings.length)) % order.length] ?? 'primaryServer'
  const gateways = role.endsWith('Gateway') || Math.floor(index / 5) % 2 === 0
  const transport = index % 2 === 0 ? 'udp' : 'tcp'
  const variant = gateways ? 'both gateway servers' : 'without gateway servers'
  const used: Partial<typeof actors> = gateways
    ? actors
    : { client: actors.client, partnerServer: actors.partnerServer, primaryServer: actors.primaryServer }
  return {
    ending,
    description: {
      id: `migration/service-authorization@${role}${ending.name}/${gateways ? 'gateways' : 'direct'}/${transport}/${index}${mark}`,
      title: `Migration service authorization, ${actors[role]}${mark}`,
      purpose: `The ${actors[role]} ${ending.purpose}.${mark}`,
      flow: 'migration/service-authorization',
      clause: 'TR 23.781 6.x.1',
      role,
      sut: role === 'primaryServer' || role === 'primaryGateway' ? `system-a${mark}` : `system-b${mark}`,
      variant,
      variation: ending.negative ? 'negative' : 'positive',
      service: 'mcptt',
      profile: 'rel-18',
      binding: role === 'partnerServer' ? 'publish' : 'message',
      transport,
      tags: ['migration', ending.negative ? 'negative' : 'positive'],
      actors: Object.fromEntries(Object.entries(used).map(([key, title]) => [key, `${title}${mark}`])),
      ladder: (gateways ? fullLadder : directLadder).map((step) => ({ ...step, label: `${step.label}${mark}` })),
    },
  }
}

export function* exclusions(mark: string): Generator<RunEvent> {
  for (const transport of ['tls', 'websocket'])
    yield {
      event: 'case-excluded',
      case: `migration/service-authorization@primaryServer/${transport}${mark}`,
      reason: `the configuration names no ${transport} address${mark}`,
    }
  for (const role of ['primaryServer', 'partnerServer'])
    yield {
      event: 'case-excluded',
      case: `migration/service-authorization@${role}~mcvideo${mark}`,
      reason: 'the system under test claims no MCVideo',
    }
}

export function coverageOf(descriptions: readonly { description: CaseDescription }[], mark: string) {
  return fullLadder.map((step) => ({
    flow: 'migration/service-authorization',
    step: step.step,
    clause: `TR 23.781 6.x.1 step ${step.step}`,
    requirement:
      step.kind === 'message'
        ? `The ${actors[step.from as keyof typeof actors]} sends the ${step.label} to the ${actors[step.to as keyof typeof actors]}.${mark}`
        : `The ${actors[step.from as keyof typeof actors]} ${step.kind}s: ${step.label}.${mark}`,
    roles: Object.fromEntries(
      order.map((role) => {
        if (step.from !== role && step.to !== role) return [role, 'not a party to this step']
        if (step.kind === 'record')
          return [role, `not observable from here: a record shows only in a later procedure${mark}`]
        return [
          role,
          descriptions.filter(({ description: of }) => of.role === role).map(({ description: of }) => of.id),
        ]
      }),
    ),
  }))
}
