import { isService, services, type HttpRequestBinding, type HttpResponseBinding } from '#bindings'
import { bindingsOf, profileRefusals, profiles as releases, rel18, valuesOf, type ProfileRefusal } from '#bindings'
import type { IeValues } from '#bindings'
import { openHttpServer, type HttpExchange, type HttpServer } from '#stack/http'
import { profileTokenCheck } from './access-token.ts'
import type { DefectName } from './defects.ts'
import { anotherUserOf, readMcServiceId } from './mc-service-id.ts'
import type { ConfigurationServerProvision, Provision } from './provision.ts'

export interface ConfigurationServerOptions {
  readonly provision: ConfigurationServerProvision
  readonly document: Pick<Provision, 'profile' | 'profileValues'>
  readonly now: () => Date
  readonly defective: (name: DefectName) => boolean
  readonly say: (line: string) => void
}

/** The configuration management server of a partner MC system, as far as user profiles go (TS 24.484 8.3.2, TS 23.280 10.1.4.3.2). */
export function openConfigurationServer(options: ConfigurationServerOptions): Promise<HttpServer> {
  const { provision, document, defective } = options
  const release = releases[document.profile] ?? rel18
  const check = profileTokenCheck(provision.idm, options.now, defective)

  /** The service and the elements of a request; `undefined` where it asks for no user profile. */
  function read({ request }: HttpExchange) {
    for (const service of Object.keys(services).filter(isService)) {
      const values = valuesOf(release, service, document.profileValues)
      const bindings = bindingsOf(release, service, 'publish')
      const asked = bindings.find((one): one is HttpRequestBinding => one.carrier === 'http-request')
      const answer = bindings.find((one): one is HttpResponseBinding => one.carrier === 'http-response')
      if (asked?.recognises(request, values) === true && answer !== undefined)
        return { service, values, answer, message: asked.decode(request, values) }
    }
    return undefined
  }

  async function serve(exchange: HttpExchange): Promise<void> {
    const found = read(exchange)
    if (found === undefined) return refuse(exchange, profileRefusals.notFound)
    const { service, values, answer, message } = found
    const { mcServiceId = '', userProfileIndex = '', credentials } = message.ies
    const user = readMcServiceId(mcServiceId)
    const fault = await check(credentials, user, service)
    if (fault !== undefined) options.say(`${provision.name}: access token refused: ${fault.text}`)
    if (fault !== undefined) return refuse(exchange, fault.refusal)
    const indexes = user && provision.profiles.get(user.key)
    if (message.problems.length > 0 || user === undefined || indexes?.includes(userProfileIndex) !== true)
      return refuse(exchange, profileRefusals.notFound)
    const told: IeValues = {
      result: 'accepted',
      mcServiceId: defective('profile-of-another-user-served') ? anotherUserOf(user) : mcServiceId,
      userProfileIndex: defective('another-profile-served') ? `${userProfileIndex}0` : userProfileIndex,
    }
    exchange.respond(answer.encode(told, values, message.ies))
  }

  return openHttpServer({
    address: provision.listen.address,
    port: provision.listen.port,
    onExchange: (exchange) =>
      void serve(exchange).catch((error: unknown) => {
        options.say(`${provision.name}: ${error instanceof Error ? error.message : String(error)}`)
        exchange.respond({ kind: 'response', status: 500, reason: 'Internal Server Error', headers: [], body: nothing })
      }),
  })
}

const nothing = new Uint8Array()

const refuse = ({ respond }: HttpExchange, { status, reason }: ProfileRefusal): void =>
  respond({
    kind: 'response',
    status,
    reason,
    headers: status === 401 ? [['WWW-Authenticate', 'Bearer']] : [],
    body: nothing,
  })
