import type { SchemaName } from '#wire/mcx-xml'
import { headers, type SipMessage } from '#wire/sip'
import { bodyTypes } from './body-pieces.ts'

/** The Mission Critical services (TS 23.280 3.1). */
export type Service = 'mcptt' | 'mcvideo' | 'mcdata'

/** What the messages of one service have that those of another have otherwise. */
export interface ServiceFacts {
  readonly title: string
  /** IMS communication service identifier (ICSI) of the service. */
  readonly serviceIdentifier: string
  /** Media feature tag of the service, without the plus sign. */
  readonly featureTag: string
  /** The same two of a one-to-one communication in the service. */
  readonly communication: Readonly<Record<'serviceIdentifier' | 'featureTag', string>>
  /** Scope of an access token (TS 33.180 B.4.2.2). */
  readonly accessTokenScope: string
  /** The same for its configuration management service. */
  readonly configurationScope: string
  /** What the names of its elements begin with. */
  readonly prefix: string
  /** Media type of its info document. */
  readonly infoType: string
  readonly infoNamespace: string
  /** Name of its info document, and of the schema of that. */
  readonly infoName: SchemaName
  /** Document that the schema is an annex of, and the annex. */
  readonly schema: readonly [doc: string, clause: string]
  /** Protocol and format of the `m=` line with which the floor, or the transmission of video, is controlled. */
  readonly controlChannel: string
}

const icsi = (service: string): string => `urn:urn-7:3gpp-service.ims.icsi.${service}`

export const services: Readonly<Record<Service, ServiceFacts>> = {
  mcptt: {
    title: 'MCPTT',
    serviceIdentifier: icsi('mcptt'),
    featureTag: 'g.3gpp.mcptt',
    communication: { serviceIdentifier: icsi('mcptt'), featureTag: 'g.3gpp.mcptt' },
    accessTokenScope: '3gpp:mc:ptt_service',
    configurationScope: '3gpp:mc:ptt_config_management_service',
    prefix: 'mcptt',
    infoType: 'application/vnd.3gpp.mcptt-info+xml',
    infoNamespace: 'urn:3gpp:ns:mcpttInfo:1.0',
    infoName: 'mcptt-info',
    schema: ['TS 24.379', 'F.1'],
    controlChannel: 'MCPTT',
  },
  mcvideo: {
    title: 'MCVideo',
    serviceIdentifier: icsi('mcvideo'),
    featureTag: 'g.3gpp.mcvideo',
    communication: { serviceIdentifier: icsi('mcvideo'), featureTag: 'g.3gpp.mcvideo' },
    accessTokenScope: '3gpp:mc:video_service',
    configurationScope: '3gpp:mc:video_config_management_service',
    prefix: 'mcvideo',
    infoType: 'application/vnd.3gpp.mcvideo-info+xml',
    infoNamespace: 'urn:3gpp:ns:mcvideoInfo:1.0',
    infoName: 'mcvideo-info',
    schema: ['TS 24.281', 'F.1'],
    controlChannel: 'MCVideo',
  },
  mcdata: {
    title: 'MCData',
    serviceIdentifier: icsi('mcdata'),
    featureTag: 'g.3gpp.mcdata',
    communication: { serviceIdentifier: icsi('mcdata.sds'), featureTag: 'g.3gpp.mcdata.sds' },
    accessTokenScope: '3gpp:mc:data_service',
    configurationScope: '3gpp:mc:data_config_management_service',
    prefix: 'mcdata',
    infoType: 'application/vnd.3gpp.mcdata-info+xml',
    infoNamespace: 'urn:3gpp:ns:mcdataInfo:1.0',
    infoName: 'mcdata-info',
    schema: ['TS 24.282', 'D.1'],
    controlChannel: 'MCData',
  },
}

const names = Object.keys(services) as readonly Service[]

export const isService = (name: string): name is Service => Object.hasOwn(services, name)

/**
 * The service that a message is of: by its info document, else by the service identifiers in its header fields.
 * `undefined` where it names none, such as a request within a dialog, or several. Never throws.
 */
export function serviceOf(message: SipMessage): Service | undefined {
  const types = bodyTypes(message)
  const byBody = names.filter((name) => types.includes(services[name].infoType))
  if (byBody.length === 1) return byBody[0]
  const fields = ['P-Asserted-Service', 'P-Preferred-Service', 'Accept-Contact', 'Contact']
  const named = fields
    .flatMap((field) => headers(message, field))
    .join(' ')
    .toLowerCase()
  const byHeader = names.filter((name) => new RegExp(`3gpp-service\\.ims\\.icsi\\.${name}\\b`).test(named))
  return byHeader.length === 1 ? byHeader[0] : undefined
}
