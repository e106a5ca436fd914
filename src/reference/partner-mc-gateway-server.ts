import type { McFunction, Surroundings } from './mc-function.ts'
import { mcGatewayServer } from './mc-gateway-server.ts'
import type { PartnerGatewayProvision } from './provision.ts'

/** TR 23.781 6.x.1 steps 4 and 10: the gateway server of the partner MC system finds the primary one by the MC service ID. */
export function partnerMcGatewayServer(provision: PartnerGatewayProvision, around: Surroundings): McFunction {
  const systems = [...provision.peers.keys()]
  return mcGatewayServer(
    {
      side: 'partner',
      callRoutes: { ...provision, inside: provision.inside },
      route(user, _ies, { refusals }) {
        const wrong = systems.find((system) => system !== user?.system) ?? systems[0]
        const lost = user === undefined || around.defective('partner-gateway-routes-to-wrong-system')
        const system = lost ? wrong : user.system
        const peer = system === undefined ? undefined : provision.peers.get(system)
        if (peer === undefined) return { refusal: refusals.unknownSystem }
        return provision.refusedSystems.has(system ?? '') ? { refusal: refusals.interconnection } : peer
      },
    },
    around,
  )
}
