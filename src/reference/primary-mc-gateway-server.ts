import type { McFunction, Surroundings } from './mc-function.ts'
import { mcGatewayServer } from './mc-gateway-server.ts'
import { insideBy } from './own-address.ts'
import type { PrimaryGatewayProvision } from './provision.ts'

/** TR 23.781 6.x.1 steps 5 and 9: the gateway server of the primary MC system finds its server by the MC service ID. */
export function primaryMcGatewayServer(provision: PrimaryGatewayProvision, around: Surroundings): McFunction {
  const isOwn = (domain: string): boolean =>
    around.defective('home-domain-as-suffix') ? domain.endsWith(around.system) : domain === around.system

  return mcGatewayServer(
    {
      side: 'primary',
      callRoutes: provision,
      route(user, ies, { refusals }, transport) {
        const foreign = user !== undefined && !isOwn(user.system)
        if (foreign && !around.defective('primary-gateway-foreign-user-forwarded'))
          return { refusal: refusals.foreignUser }
        const partner = (ies['partnerSystem'] ?? '').toLowerCase()
        if (provision.refusedSystems.has(partner)) return { refusal: refusals.interconnection }
        return insideBy(provision.inside, transport)
      },
    },
    around,
  )
}
