import type { Source } from '#verdict'
import { madeOnce } from './made-once.ts'
import { services, type Service } from './service.ts'
import { defaultBinding, sources, sourcesOf } from './sources.ts'

/** What the published specifications leave open, or what a deployment may set. */
export interface ConfigurableValues {
  readonly serviceIdentifier: string
  readonly featureTag: string
  readonly accessTokenScope: string
  readonly event: string
  /** Seconds. */
  readonly expires: number
  readonly clientIdentity: 'preferred' | 'asserted'
  readonly answerMode: 'automatic' | 'manual'
  readonly anyExtPlacement: 'root' | 'params'
  readonly callExtensionPlacement: 'root' | 'params'
  readonly migrationRequestType: string
  readonly migrationResponseType: string
  readonly resultType: 'boolean' | 'string'
  readonly acceptedText: string
  readonly refusedText: string
  readonly refusalStatus: number
  readonly refusalReason: string
  /** MC code and text, as they stand inside the quotes of a Warning header field. */
  readonly serviceAuthorisationWarning: string
  readonly userAuthorisationWarning: string
  readonly interconnectionWarning: string
  readonly emergencyResourcePriority: string
  readonly multipartBoundary: string
}

/** The values that a message is written and read with. */
export interface ProfileValues extends ConfigurableValues {
  readonly service: Service
}

/** One value that the configuration may set. */
export interface ProfileValue<T> {
  readonly default: T
  /** All there are, where not every value of the type is one. */
  readonly choices?: readonly T[]
  /** What it is, as a sentence. */
  readonly meaning: string
  /** Where the default comes from. */
  readonly source: Source
}

/** Every value with its default and its meaning; the configuration key of each is `bindings.values.<name>`. */
export const profileValues: { readonly [K in keyof ConfigurableValues]: ProfileValue<ConfigurableValues[K]> } = {
  serviceIdentifier: {
    default: services.mcptt.serviceIdentifier,
    meaning:
      'IMS communication service identifier of MCPTT, in P-Preferred-Service, P-Asserted-Service and Accept-Contact. Those of MCVideo and MCData are fixed.',
    source: sourcesOf('mcptt').serviceIdentifier,
  },
  featureTag: {
    default: services.mcptt.featureTag,
    meaning:
      'Media feature tag of MCPTT, without the plus sign that precedes it in Contact and Accept-Contact. Those of MCVideo and MCData are fixed.',
    source: sourcesOf('mcptt').serviceIdentifier,
  },
  accessTokenScope: {
    default: services.mcptt.accessTokenScope,
    meaning:
      'Scope that an access token must hold to be good for service authorization in MCPTT. Those of MCVideo and MCData are fixed.',
    source: sources.accessToken,
  },
  event: {
    default: 'poc-settings',
    meaning: 'Event package of the PUBLISH request of service authorization.',
    source: sourcesOf('mcptt').publish,
  },
  expires: {
    default: 3600,
    meaning: 'Seconds for which service authorization is asked and granted, in Expires or the Contact parameter.',
    source: defaultBinding('client-leg'),
  },
  clientIdentity: {
    default: 'preferred',
    choices: ['preferred', 'asserted'],
    meaning:
      "How the client's identity and service stand in PUBLISH: 'preferred' as the client writes them, 'asserted' as a SIP core would rewrite them on the way.",
    source: defaultBinding('service-headers'),
  },
  answerMode: {
    default: 'automatic',
    choices: ['automatic', 'manual'],
    meaning: 'Answer mode in the poc-settings part.',
    source: defaultBinding('client-leg'),
  },
  anyExtPlacement: {
    default: 'root',
    choices: ['root', 'params'],
    meaning:
      "Which anyExt holds the migration elements when writing: 'root' is that of mcpttinfo, 'params' that of mcptt-Params. Reading looks in both.",
    source: defaultBinding('extension-placement'),
  },
  callExtensionPlacement: {
    default: 'params',
    choices: ['root', 'params'],
    meaning: 'The same for the elements of private calls and their redirection.',
    source: defaultBinding('extension-placement'),
  },
  migrationRequestType: {
    default: 'migration-service-authorization-request',
    meaning: 'Value of req-type that marks a migration request.',
    source: defaultBinding('request-types'),
  },
  migrationResponseType: {
    default: 'migration-service-authorization-response',
    meaning: 'Value of resp-type that marks a migration response.',
    source: defaultBinding('request-types'),
  },
  resultType: {
    default: 'boolean',
    choices: ['boolean', 'string'],
    meaning: "How migration-auth-result is written: 'boolean' as mcpttBoolean, 'string' as mcpttString. Both are read.",
    source: defaultBinding('result-values'),
  },
  acceptedText: {
    default: 'success',
    meaning: "Text of an accepting migration-auth-result when resultType is 'string'.",
    source: defaultBinding('result-values'),
  },
  refusedText: {
    default: 'fail',
    meaning: "Text of a refusing migration-auth-result when resultType is 'string'.",
    source: defaultBinding('result-values'),
  },
  refusalStatus: {
    default: 403,
    meaning: 'Status code of a refusal towards the client, or by a gateway.',
    source: defaultBinding('refusal'),
  },
  refusalReason: {
    default: 'Forbidden',
    meaning: 'Reason phrase that goes with refusalStatus.',
    source: defaultBinding('refusal'),
  },
  serviceAuthorisationWarning: {
    default: '101 service authorisation failed',
    meaning: 'Warning text of a refused service authorization.',
    source: sourcesOf('mcptt').warning,
  },
  userAuthorisationWarning: {
    default: '100 function not allowed due to user authorisation',
    meaning: 'Warning text where the user, not the token, is what is refused.',
    source: sourcesOf('mcptt').warning,
  },
  interconnectionWarning: {
    default: '179 service not authorized with the interconnected system',
    meaning: 'Warning text of a gateway server whose policy does not let a request pass.',
    source: sourcesOf('mcptt').warning,
  },
  emergencyResourcePriority: {
    default: 'mcpttp.15',
    meaning:
      'Resource-Priority of an emergency communication when writing, as the service configuration of the MC system has it (RFC 8101, TS 24.379 6.2.8.1.15); any is read.',
    source: defaultBinding('emergency'),
  },
  multipartBoundary: {
    default: 'mcx-boundary',
    meaning: 'Boundary of the multipart bodies that are written; any legal one is read.',
    source: sources.multipart,
  },
}

const usual = Object.fromEntries(
  Object.entries(profileValues).map(([name, value]) => [name, value.default]),
) as unknown as ConfigurableValues

/** The defaults of every value, in MCPTT. */
export const defaultValues: ProfileValues = { ...usual, service: 'mcptt' }

/**
 * The values of a profile in one of the services. `configured` are those that a configuration sets: service identifier,
 * feature tag and scope among them are MCPTT's alone.
 */
export const valuesOf = (
  { values }: { readonly values: ProfileValues },
  service: Service,
  configured?: Readonly<Record<string, unknown>>,
): ProfileValues => (configured === undefined ? plain(values)(service) : valuesWith(values, service, configured))

const plain = madeOnce((values: ProfileValues) => madeOnce((service: Service) => valuesWith(values, service, {})))

function valuesWith(
  values: ProfileValues,
  service: Service,
  configured: Readonly<Record<string, unknown>>,
): ProfileValues {
  const set = { ...values, ...configured, service }
  if (service === 'mcptt') return set
  const { serviceIdentifier, featureTag, accessTokenScope } = services[service]
  return { ...set, serviceIdentifier, featureTag, accessTokenScope }
}

/** Whether it is the name of a value that a configuration may set. */
export const isConfigurable = (name: string): name is keyof ConfigurableValues => Object.hasOwn(profileValues, name)
