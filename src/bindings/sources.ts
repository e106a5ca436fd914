import type { Source } from '#verdict'

/** What we decided where no published text was found, by name; each is a requirement only for who selects the profile. */
export const defaultBindings = {
  carrier:
    'The migration request and the migration response between MC systems are SIP MESSAGE requests, each with an mcptt-info body and each in its own transaction. 200 (OK) to either says that it was received, nothing about its outcome. TS 24.379 carries its other asynchronous requests between servers in this way.',
  correlation:
    'A migration response names the request it answers: In-Reply-To holds the Call-ID of that request as its receiver saw it, and primary-mcptt-id names the same user. A gateway server that forwards with a Call-ID of its own maps one to the other, leg by leg.',
  'client-leg':
    'The client asks for migration service authorization as it asks for any service authorization, by PUBLISH or by REGISTER with the access token, and names itself by primary-mcptt-id. The final response to that request is the migration service authorization response.',
  'request-types':
    'req-type and resp-type mark the migration request and the migration response, since the older request-type and response-type are closed enumerations. Their values are set in the profile.',
  'result-values':
    'migration-auth-result is an mcpttBoolean: true for accepted, false for refused. The mcpttString values success, fail, true and false are read too.',
  refusal:
    'A refusal towards the client is 403 (Forbidden) with Warning 399 and the MC text 101 or 100. A refusal by the primary MC system travels in migration-auth-result; one by a gateway server is 403 with the MC text 179.',
  'temporary-identity':
    'partner-mcptt-id is present exactly when the partner MC system has allocated a temporary identity, and the responses may repeat it.',
  'partner-mc-system':
    'The partner MC system is named by the element partner-mc-system of the namespace urn:mcx-conformance:migration:1.0 inside anyExt, its content the domain name of that system: the schema of mcptt-info has no element for it.',
  'extension-placement':
    'The migration elements stand in the anyExt of mcpttinfo, where the comment in the schema groups them. They are read from the anyExt of mcptt-Params as well.',
  'service-headers':
    'Requests bear the header fields that name the MC service in the other procedures of TS 24.379: P-Preferred-Service from a client, P-Asserted-Identity and P-Asserted-Service from a server, and two Accept-Contact fields.',
  'document-type': 'XML bodies have no document type declaration, and so no entities but the five predefined ones.',
  protection: 'Elements are sent in the clear; a peer is configured without signalling protection.',
  'single-values': 'An element that carries an information element stands once.',
} as const

export type DefaultBinding = keyof typeof defaultBindings

export const defaultBinding = (name: DefaultBinding): Source => ({
  doc: 'docs/bindings.md',
  clause: name,
  basis: 'default-binding',
})

const published = (doc: string, clause: string): Source => ({ doc, clause, basis: 'published' })
const rfc = (number: number, clause: string): Source => ({ doc: `RFC ${number}`, clause, basis: 'rfc' })

/** The places that more than one message of the profile rests on. */
export const sources = {
  procedure: { doc: 'TR 23.781', clause: '6.x.1', basis: 'seed' },
  requestTable: published('TS 23.280', 'table 10.6.3.2.1-1'),
  responseTable: published('TS 23.280', 'table 10.6.3.2.2-1'),
  accessToken: published('TS 33.180', 'B.4.2.2'),
  schema: published('TS 24.379', 'F.1'),
  register: published('TS 24.379', '7.2.1'),
  publish: published('TS 24.379', '7.2.2'),
  warning: published('TS 24.379', '4.4.2'),
  serviceIdentifier: published('TS 24.379', '6.3.2.1'),
  multipart: rfc(2046, '5.1'),
  boundary: rfc(2046, '5.1.1'),
  contentType: rfc(3261, '20.15'),
  registerRequest: rfc(3261, '10.2'),
  registration: rfc(3261, '10.3'),
  warningField: rfc(3261, '20.43'),
  publishRequest: rfc(3903, '4'),
  publishResponse: rfc(3903, '6'),
  settings: rfc(4354, 'XML schema'),
} as const satisfies Record<string, Source>
