import { header, type SipMessage } from '#wire/sip'
import type { Address } from '#transport'
import type { Challenger, Judgement } from '../authentication/challenger.ts'
import { createIdentifiers, type Random, systemRandom } from '../dialog/identifiers.ts'
import type { Registrar } from '../registration/registrar.ts'
import type { SipStack, UserServerTransaction } from '../stack.ts'
import { readTag } from '../tag.ts'
import { defaultBreadth, type Passed, passOn, statelessBranch } from './forwarded-request.ts'
import { type OwnPlace } from './own-place.ts'
import { createRecursion } from './redirection.ts'
import { answer, refusalToForward } from './request-validation.ts'
import { openResponseContext } from './response-context.ts'
import { preprocessRoutes, type Routing } from './route-preprocessing.ts'
import { isInCharge, type Target, targetSet } from './target-set.ts'

export interface ProxyOptions {
  /** The domains it is in charge of, in lower case. */
  readonly domains: readonly string[]
  /** Takes their REGISTERs, and knows where their users are. */
  readonly registrar: Pick<Registrar, 'receive' | 'bindings'>
  /** Whether that address of record exists: 404 where not, 480 where it has no binding. All do, unless said. */
  readonly exists?: ((aor: string) => boolean) | undefined
  /** Whether requests outside a dialog are passed on to other domains: false unless said. */
  readonly relays?: boolean | undefined
  /** Bindings a request goes to at most, all at once: 10 unless said. */
  readonly mostBranches?: number | undefined
  /** Requests that wait for an answer at most, further ones are answered 503: 10 000 unless said. */
  readonly mostContexts?: number | undefined
  /** Milliseconds an INVITE may ring, above 180 000 (RFC 3261 16.6 step 11): 185 000 unless said. */
  readonly timerC?: number | undefined
  /** Goes on to the Contacts of a 300, 301 or 302 itself, for requests to its own domains (RFC 3261 16.7 step 4): passes them on unless said. */
  readonly recurses?: boolean | undefined
  /** Challenges with 407 (RFC 3261 16.3 step 6, 22.3), so it is made `asProxy`; nobody is challenged, unless said. */
  readonly challenger?: Challenger | undefined
  /** Which requests it challenges: those outside a dialog, unless said. Never ACK and CANCEL, nor a REGISTER for the registrar, which asks itself. */
  readonly challenges?: ((request: SipMessage) => boolean) | undefined
  readonly random?: Random | undefined
}

export interface Proxy {
  /** Requests that wait for an answer. */
  readonly waiting: number
  /** Takes no further request; those that wait go on. */
  detach(): void
}

/**
 * Makes a stack a proxy with a registrar: stateful by transaction, on the route of every dialog, forking to all bindings of an address (RFC 3261 16,
 * RFC 5393). It takes every request that no transaction user attached before has taken. Where a URI leads is its IP address: no names are looked up.
 */
export function createProxy(stack: SipStack, options: ProxyOptions): Proxy {
  const { domains, registrar, mostBranches = 10, mostContexts = 10_000, timerC = 185_000 } = options
  const place: OwnPlace = { local: stack.local, secure: stack.secure, domains }
  const identifiers = createIdentifiers(options.random ?? systemRandom())
  const targeting = { ...options, bindings: registrar.bindings.of, most: mostBranches }
  // Whom a user of ours redirects to may be anywhere.
  const followed = { ...targeting, relays: true }
  let waiting = 0

  const { challenger, challenges } = options
  const authenticate = (request: SipMessage, routing: Routing): Judgement | undefined => {
    // A tag in To alone proves no dialog: inside one, the Request-URI is a Contact.
    const concerned = challenges?.(request) ?? (isOutsideDialog(request) || isInCharge(routing, place))
    return concerned ? challenger?.judge(request) : undefined
  }

  const receive = (server: UserServerTransaction): void => {
    const { request } = server
    if (request.startLine.kind !== 'request') return
    const { method } = request.startLine
    // The stack answers one that finds its INVITE. None was ever passed on without state, so there is nothing this one could be for (RFC 3261 16.10).
    if (method === 'CANCEL') return void server.respond(answer(481, 'Call/Transaction Does Not Exist'))
    const refusal = refusalToForward(request, place)
    if (refusal !== undefined) return void server.respond(refusal)
    const routing = preprocessRoutes(request, place)
    if (method === 'REGISTER' && routing.routes.length === 0) return registrar.receive(server)
    const judged = authenticate(request, routing)
    if (judged !== undefined && judged.kind !== 'authenticated') return void server.respond(judged.response)
    const targets = targetSet(request, routing, targeting, place)
    if ('status' in targets) return void server.respond(targets)
    if (waiting >= mostContexts)
      return void server.respond(answer(503, 'Service Unavailable: too many requests wait', [['Retry-After', '5']]))
    // "The breadth of all branches together is at most that of the request" (RFC 5393 5.3.3).
    const breadth = breadthOf(request)
    if (breadth < targets.length) return void server.respond(answer(440, 'Max-Breadth Exceeded'))
    waiting += 1
    const share = Math.floor(breadth / targets.length)
    const passTo = (target: Target, each: number): Passed | undefined =>
      passOn(server, target, { place, breadth: each, unique: identifiers.token(), realm: judged?.realm })
    const recurse =
      options.recurses === true && isInCharge(routing, place)
        ? createRecursion({
            ...{ requestUri: routing.requestUri, most: mostBranches, passTo },
            tried: targets.map(({ requestUri }) => requestUri),
            targetsOf: (uri) => redirectedTo(request, uri),
          })
        : undefined
    const passed = targets.map((target) => passTo(target, share))
    openResponseContext(server, passed, {
      ...{ stack, timerC, breadth: share, recurse },
      onDone: () => void (waiting -= 1),
    })
  }

  /** The targets behind a Contact of a redirection: a name of ours stands for its bindings, any other for itself. */
  const redirectedTo = (request: SipMessage, requestUri: string): readonly Target[] => {
    const targets = targetSet(request, { requestUri, routes: [], cameByRoute: false }, followed, place)
    return 'status' in targets ? [] : targets
  }

  /** The ACK to a 2xx goes along its route, without state (RFC 3261 16, 16.11). Nothing answers an ACK: one that cannot go on is dropped. */
  const acknowledge = (request: SipMessage, remote: Address): boolean => {
    if (refusalToForward(request, place) !== undefined) return true
    const targets = targetSet(request, preprocessRoutes(request, place), targeting, place)
    const target: Target | undefined = 'status' in targets ? undefined : targets[0]
    if (target === undefined) return true
    const passed = passOn({ request, remote, transport: 'udp' }, target, { place, unique: statelessBranch(request) })
    if (passed !== undefined) stack.acknowledge(passed.request, passed.hop)
    return true
  }

  const detach = stack.attach({
    onRequest(server) {
      receive(server)
      return true
    },
    onAcknowledgement: acknowledge,
  })
  return {
    get waiting() {
      return waiting
    },
    detach,
  }
}

const isOutsideDialog = (request: SipMessage): boolean => readTag(header(request, 'to')) === undefined

function breadthOf(request: SipMessage): number {
  const said = header(request, 'max-breadth')
  return said !== undefined && /^[0-9]{1,4}$/.test(said) ? Math.min(Number(said), defaultBreadth) : defaultBreadth
}
