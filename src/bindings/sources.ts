import type { Source } from '#verdict'
import { madeOnce } from './made-once.ts'
import { services, type Service } from './service.ts'

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
    'The migration elements stand in the anyExt of mcpttinfo, where the comment in the schema groups them. They are read from the anyExt of mcptt-Params as well. Those of private calls and of their redirection stand in the anyExt of mcptt-Params, where the procedures have request-type, and are read from both.',
  'service-headers':
    'Requests bear the header fields that name the MC service in the other procedures of TS 24.379: P-Preferred-Service from a client, P-Asserted-Identity and P-Asserted-Service from a server, and two Accept-Contact fields. What a server asserts is an identity of its MC system or of the user. The Contact of an INVITE and of the 200 (OK) to it holds the feature tags too.',
  'request-uri':
    'The Request-URI of a request outside of a dialog names who is to receive it: a URI of the host or of the MC system of the receiving server, or its address; towards a client, or where a server is reached by the user that the request is about, an identity or the Contact of that user.',
  'document-type': 'XML bodies have no document type declaration, and so no entities but the five predefined ones.',
  protection: 'Elements are sent in the clear; a peer is configured without signalling protection.',
  'call-identities':
    'The calling party says who it is by P-Preferred-Identity, its MC service ID being its public user identity; the MC servers say it by the calling user id of the info document. The called party is the one entry of the resource list, towards the called client the request uri of the info document. From of the calling client names the same user, unless it is anonymous (RFC 3323).',
  'call-media':
    'A private call has one audio stream, in MCVideo one of video too. Floor control is offered by an m= line of its own; without it there is none. With end-to-end encryption the streams are RTP/SAVP and a=key-mgmt:mikey stands in the session part; the content of that message is not judged.',
  redirection:
    'A private call redirection is carried as the private call forwarding of TS 24.379 11.1.9: a SIP MESSAGE whose request-type is forward-private-call-request. The request uri names the calling party, forwarding-target-orig-id and forwarded-by-mcptt-id the called party as the private call request named it, forwarding-target-id the identity to call. In-Reply-To holds the Call-ID of the private call request. 200 (OK) says that it was received.',
  'redirection-moved':
    'A private call redirection is the final response 302 (Moved Temporarily) to the private call request: Contact holds the identity to call, an info document the rest. It ends the request, so that no message of its own releases it.',
  'redirection-limit':
    'No text bounds the redirections of a private call. A client follows at most five of them, and none to an identity that it has called for this private call before; it releases the request that was redirected last, and calls nobody any more.',
  release:
    'A private call request that is still pending is released by CANCEL; 487 (Request Terminated) to it is no answer to the call.',
  'release-reason':
    'Who ends a private call because its user migrates may say so by a Reason header field (RFC 3326) with cause 200 and the text "User is migrating" in the BYE, which every server and gateway server passes on. The release-reason of mcptt-info has no value for it.',
  'user-profile':
    'The user profile of who migrates is that of the identity for use whilst migrated, which is its XCAP user identifier and the mcptt_id of the access token. The root element names it in XUI-URI and its index in user-profile-index; what else it holds is not judged. Where TS 24.484 has mcptt, MCVideo has mcvideo.',
  'one-to-one-sds':
    'The one-to-one communication of MCData is a short data message in SIP MESSAGE: mcdata-info with request-type one-to-one-sds, the called party as the one entry of a resource list, SDS SIGNALLING PAYLOAD and DATA PAYLOAD. 200 (OK) says that it reached the called party, 202 (Accepted) only that the server has it.',
  'other-services':
    'MCVideo and MCData do as MCPTT does, with their own namespace, service identifier and feature tag: where the name of an element holds mcptt theirs holds mcvideo or mcdata. What TS 24.379 demands of MCPTT is a default binding in them.',
  departure:
    'A client leaves a partner MC system as it asked for service authorization, by PUBLISH with Expires 0 or by REGISTER with an expiration of 0, and says who leaves as it did then. The partner MC service server tells the primary MC system by a MESSAGE with req-type migration-service-deauthorization-request, which is answered by one with resp-type migration-service-deauthorization-response. Where the user returns without having left, the primary MC service server tells the partner MC system by a MESSAGE with req-type migration-end-notification, which 200 (OK) alone answers.',
  'service-authorization':
    'A client asks its primary MC system for service authorization by PUBLISH or by REGISTER with the access token, and names its user by the request uri of the info document, without the identities of migration. Where a client leaves that out its public user identity stands in. The final response says by its status whether it is accepted.',
  affiliation:
    'A client affiliates by PUBLISH with Event presence: the list in the PIDF body replaces the one before, Expires is 4294967295, and 0 where no group is left. It names its user by the request uri of the info document too. The final response says whether it is accepted; no NOTIFY is awaited: a client asks by a SUBSCRIBE of its own, with Expires 0. A server ends the leg of a group call of a user who has de-affiliated by BYE.',
  continuity:
    'The messages of TR 23.778 6.X.2 are SIP MESSAGE requests with an mcptt-info body, each in its own transaction; req-type and resp-type tell them apart and have the name of the message with hyphens. The requesting user is the calling user id, the group the calling group id, the other user of a private communication the called party id. Servers are named by their public service identities, in elements of the namespace urn:mcx-conformance:continuity:1.0 inside anyExt, as is the result. A response names its request by In-Reply-To. What the participating MC service server in the IOPS MC system forwards to the controlling one is a participating server switch notification, to which 200 (OK) is all the answer. The client then joins the communication anew through the primary MC system by INVITE, which the participating MC service server there sends on to the controlling MC service server.',
  emergency:
    'The INVITE of an emergency communication has emergency-ind true, alert-ind false and a Resource-Priority; its value is that of the service configuration, written as the profile has it and not judged. A server that sends an INVITE on keeps all three. Of the communication context the participating server switch response has emergency-ind. A client that was in an emergency communication joins it anew as one, and the communication is an emergency communication as long as it lasts: every Floor Granted, Floor Taken and Floor Idle says so, before the switch and after it.',
  'single-values': 'An element that carries an information element stands once.',
} as const

export type DefaultBinding = keyof typeof defaultBindings

export const defaultBinding = madeOnce((name: DefaultBinding): Source => ({
  doc: 'docs/bindings.md',
  clause: name,
  basis: 'default-binding',
}))

const published = (doc: string, clause: string): Source => ({ doc, clause, basis: 'published' })
const rfc = (number: number, clause: string): Source => ({ doc: `RFC ${number}`, clause, basis: 'rfc' })

/** The places of TS 24.379 and of the schema that every service has of its own. */
const ofMcptt = {
  register: published('TS 24.379', '7.2.1'),
  publish: published('TS 24.379', '7.2.2'),
  warning: published('TS 24.379', '4.4.2'),
  serviceIdentifier: published('TS 24.379', '6.3.2.1'),
  privateCall: published('TS 24.379', '11.1.1.2.1.1'),
  offer: published('TS 24.379', '6.2.1'),
  answer: published('TS 24.379', '6.2.2'),
  affiliation: published('TS 24.379', '9.2.1'),
  affiliationStatus: published('TS 24.379', '9.2.1.3'),
  groupCall: published('TS 24.379', '10.1.1'),
  emergencyGroupCall: published('TS 24.379', '6.2.8.1.2'),
  emergencyPrivateCall: published('TS 24.379', '6.2.8.3.3'),
} as const satisfies Record<string, Source>

const ofOthers = Object.fromEntries(
  Object.keys(ofMcptt).map((place) => [place, defaultBinding('other-services')]),
) as Readonly<Record<keyof typeof ofMcptt, Source>>

/** Where a requirement on a message of the service comes from; the same as in MCPTT for another service is our decision. */
export const sourcesOf = madeOnce((service: Service) => ({
  ...(service === 'mcptt' ? ofMcptt : ofOthers),
  schema: published(...services[service].schema),
  /** Of an element that the schema of MCPTT names. */
  element: service === 'mcptt' ? published('TS 24.379', 'F.1') : defaultBinding('other-services'),
}))

/** The places that more than one message of the profile rests on. */
export const sources = {
  procedure: { doc: 'TR 23.781', clause: '6.x.1', basis: 'seed' },
  requestTable: published('TS 23.280', 'table 10.6.3.2.1-1'),
  responseTable: published('TS 23.280', 'table 10.6.3.2.2-1'),
  accessToken: published('TS 33.180', 'B.4.2.2'),
  multipart: rfc(2046, '5.1'),
  boundary: rfc(2046, '5.1.1'),
  contentType: rfc(3261, '20.15'),
  registerRequest: rfc(3261, '10.2'),
  registration: rfc(3261, '10.3'),
  warningField: rfc(3261, '20.43'),
  publishRequest: rfc(3903, '4'),
  publishResponse: rfc(3903, '6'),
  settings: rfc(4354, 'XML schema'),
  presence: rfc(3863, '4'),
  groupAffiliation: published('TS 23.280', '10.8.3.1'),
  affiliationStatus: published('TS 24.379', '9.2.1.3'),
  subscribeContact: rfc(6665, '4.1.1'),
  subscribeResponse: rfc(6665, '4.2.1.1'),
  subscriptionState: rfc(6665, '4.1.3'),
  groupDeaffiliation: published('TS 23.280', '10.8.4.2'),
  continuity: { doc: 'TR 23.778', clause: '6.X.2', basis: 'seed' },
  groupCallJoining: published('TS 23.379', '10.6.2.3.1.1'),
  lateEntry: published('TS 23.379', '10.6.2.3.1.1.4'),
  privateCallRequest: published('TS 23.379', '10.7.2.1.1'),
  migratedCall: { doc: 'TS 23.280', clause: '10.16.y.3', basis: 'seed' },
  redirectionTable: { doc: 'TS 23.280', clause: 'table 10.16.y.2-1', basis: 'seed' },
  floorChannel: published('TS 24.380', '12.1'),
  dataMessage: published('TS 24.282', '15.1'),
  resourceLists: rfc(4826, '3'),
  sessionDescription: rfc(8866, '5'),
  offerAnswer: rfc(3264, '5'),
  answer: rfc(3264, '6'),
  answeredFormats: rfc(3264, '6.1'),
  answerMode: rfc(5373, '3'),
  keyManagement: rfc(4567, '3.1'),
  inviteContact: rfc(3261, '8.1.1.8'),
  dialogContact: rfc(3261, '12.1.1'),
  serviceAuthorization: published('TS 23.280', '10.6.1'),
  departure: { doc: 'TS 24.379', clause: '7.2', basis: 'default-binding' },
  moved: rfc(3261, '21.3.3'),
  cancel: rfc(3261, '9.1'),
  userProfileRetrieval: published('TS 23.280', '10.1.4.3.2'),
  userProfilePath: published('TS 24.484', '8.3.2.8'),
  bearerToken: published('TS 33.180', 'B.10'),
  xcapGet: rfc(4825, '7.2'),
  bye: rfc(3261, '15.1.1'),
  finalResponse: rfc(3261, '15.1.2'),
} as const satisfies Record<string, Source>
