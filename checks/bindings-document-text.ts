import type { Profile } from '#bindings'

/** The prose of docs/bindings.md that stands before the messages. */
export const bindingsPreface = ({ name, values }: Profile): string => `# Bindings

How the messages of *migration service authorization* (TR 23.781 6.x.1) and of the *private call towards a migrated user*
(TS 23.280 10.16.y) look on the wire. With this page alone a peer can be built that interoperates with the harness in any
role.

## How to read it

Every requirement has a source and a basis:

| Basis | Meaning | What breaking it makes of a verdict |
| --- | --- | --- |
| \`seed\` | the stage-2 procedure itself | fail |
| \`published\` | a published 3GPP specification | fail |
| \`rfc\` | an IETF document | fail |
| \`default-binding\` | a decision of this profile where no published text was found, see [Default bindings](#default-bindings) | fail where the configuration selects the profile (\`profile: '${name}'\`), else inconclusive |

Status is that of the stage-2 tables: \`M\` mandatory, \`C\` conditional (present exactly when its condition holds), \`O\`
optional. Values in the tables are the defaults; [Profile values](#profile-values) lists what can be set.

## Who speaks to whom

Migration service authorization:

| Step | From | To | Message |
| --- | --- | --- | --- |
| 1 | MC service client | partner MC service server | migration service authorization request |
| 2 | partner MC service server | itself | authorization check; when it fails, step 11 with a refusal, and nothing leaves towards the primary MC system |
| 3 | partner MC service server | partner MC gateway server | migration request |
| 4 | partner MC gateway server | primary MC gateway server | migration request, forwarded |
| 5 | primary MC gateway server | primary MC service server | migration request, forwarded |
| 6 | primary MC service server | itself | authorization check; when it fails, a refusal in step 8, and nothing is recorded |
| 7 | primary MC service server | itself | records that the user has migrated, the partner MC system, and the temporary identity if there is one |
| 8 | primary MC service server | primary MC gateway server | migration response |
| 9 | primary MC gateway server | partner MC gateway server | migration response, forwarded |
| 10 | partner MC gateway server | partner MC service server | migration response, forwarded |
| 11 | partner MC service server | MC service client | migration service authorization response |

Private call towards a migrated user, MC system A being the primary one:

| Step | From | To | Message |
| --- | --- | --- | --- |
| 1 | calling MC service client | MC service server A | private call request, with the identity of the called party in A |
| 1a | MC service server A | itself | authorization check; when it fails, a private call response that refuses |
| 2 | MC service server A | itself | that the called party has migrated; when not and it is not served, a refusal |
| 3 | MC service server A | calling MC service client | private call redirection, with the identity in MC system B |
| 3a | calling MC service client | MC service server A | private call request release; none in MCData |
| 5 | calling MC service client | MC service server A | private call request, with the identity in B |
| 5a to 5c | MC service server A | MC service server B, through the gateway servers | private call request, forwarded |
| 5d | MC service server B | called MC service client | private call request |
| 5e to 5i | called MC service client | calling MC service client, the same way back | private call response |
| 6 to 6d | calling MC service client | called MC service client, the same way | private call end request; none in MCData |
| 6e to 6i | called MC service client | calling MC service client, the same way back | private call end response |

Migration during a private call, MC system A being the primary one, C the partner one; the call of steps 1 to 1e is released in
steps 3 to 3e by the private call end request, and set up anew in steps 6 to 6e:

| Step | From | To | Message |
| --- | --- | --- | --- |
| 4b | calling MC service client | configuration management server C | get MC service user profile request |
| 4ba | configuration management server C | calling MC service client | get MC service user profile response |
| 5b | calling MC service client | MC service server C | migration service authorization, as above |

HTTP messages are recorded as they are read and written; header fields that an HTTP library adds, and chunked coding, are not
shown. They go over TCP, without TLS.

An MC system without a gateway server leaves its rows out: its MC service server speaks to the other system itself. Every
entity has a SIP URI, its public service identity, and listens at one address and port for UDP and TCP alike, and at another for TLS. The next
entity is found from the domain of the MC service ID; addresses are configured, domains of identities are never looked up.
The client speaks to the partner MC service server directly: where a SIP core would stand in between,
\`bindings.values.clientIdentity: 'asserted'\` makes PUBLISH look as it would leave that core.

The client chooses between two alternatives (TS 24.379 7.1): \`publish\` and \`register\`. A partner MC service server takes
both, unless \`suts[].alternatives\` in the configuration names one. Every other message is the same for both.

A request may be larger than 1300 octets. On a network whose MTU is not known such a request goes by TCP (RFC 3261 18.1.1,
RFC 3428 8); on loopback it goes by whichever transport the case names.

## The body

The body of a request is \`multipart/mixed\` (RFC 2046) with a part \`application/vnd.3gpp.mcptt-info+xml\`, in PUBLISH also
\`application/poc-settings+xml\`, in INVITE also \`application/sdp\` and \`application/resource-lists+xml\`. Parts may come in any order, with others beside them. A body that is one mcptt-info
document and no multipart is read as well.

| Prefix below | Namespace |
| --- | --- |
| none | \`urn:3gpp:ns:mcpttInfo:1.0\` |
| \`m:\` | \`urn:mcx-conformance:migration:1.0\` |
| \`poc:\` | \`urn:oma:params:xml:ns:poc:poc-settings\` |

mcptt-info of migration, in the order of its schema (TS 24.379 F.1):

| Element | Content | In |
| --- | --- | --- |
| \`mcpttinfo\` | \`mcptt-Params\`?, \`anyExt\`? | the root |
| \`mcpttinfo/mcptt-Params/mcptt-access-token\` | \`mcpttString\`: the access token | authorization request |
| \`mcpttinfo/mcptt-Params/mcptt-request-uri\` | \`mcpttURI\`: MC service ID of the user | service authorization request |
| \`mcpttinfo/mcptt-Params/mcptt-client-id\` | \`mcpttString\`: identity of the MC service client, such as \`urn:uuid:…\` | authorization request |
| \`mcpttinfo/anyExt/req-type\` | \`mcpttString\`: \`${values.migrationRequestType}\` | migration request |
| \`mcpttinfo/anyExt/req-type\` | \`mcpttString\`: \`migration-service-deauthorization-request\` | migration end request |
| \`mcpttinfo/anyExt/req-type\` | \`mcpttString\`: \`migration-end-notification\` | migration end notification |
| \`mcpttinfo/anyExt/resp-type\` | \`mcpttString\`: \`${values.migrationResponseType}\` | migration response |
| \`mcpttinfo/anyExt/resp-type\` | \`mcpttString\`: \`migration-service-deauthorization-response\` | migration end response |
| \`mcpttinfo/anyExt/migration-auth-result\` | \`mcpttBoolean\`: \`true\` accepted, \`false\` refused | both responses |
| \`mcpttinfo/anyExt/primary-mcptt-id\` | \`mcpttURI\`: MC service ID in the primary MC system | all messages |
| \`mcpttinfo/anyExt/partner-mcptt-id\` | \`mcpttURI\`: MC service ID in the partner MC system | all messages, when allocated |
| \`mcpttinfo/anyExt/m:partner-mc-system\` | text: domain name of the partner MC system | migration request |
| \`mcpttinfo/anyExt/selected-user-profile-index/user-profile-index\` | \`xs:nonNegativeInteger\` | requests, optional |

mcptt-info of private calls and of their redirection:

| Element | Content | In |
| --- | --- | --- |
| \`mcpttinfo/mcptt-Params/session-type\` | \`private\` | private call request |
| \`mcpttinfo/mcptt-Params/mcptt-request-uri\` | \`mcpttURI\`: MC service ID of whom it is sent to | private call request to the called client, redirection |
| \`mcpttinfo/mcptt-Params/mcptt-calling-user-id\` | \`mcpttURI\`: MC service ID of the calling party | private call request from a server |
| \`mcpttinfo/mcptt-Params/mcptt-client-id\` | \`mcpttString\`: identity of the MC service client | private call request from a client |
| \`mcpttinfo/mcptt-Params/anyExt/request-type\` | \`forward-private-call-request\` | redirection |
| \`…/anyExt/forwarded-by-mcptt-id\`, \`…/anyExt/forwarding-target-orig-id\` | \`xs:anyURI\`: the called party as it was called | redirection |
| \`…/anyExt/forwarding-target-id\` | \`xs:anyURI\`: the called party as it is to be called | redirection |
| \`…/anyExt/forwarding-reason\` | \`migrated\` | redirection, optional |
| \`…/anyExt/end-to-end-security\` | \`xs:boolean\` | private call request |
| \`…/anyExt/PrivateCallKMSURI/PrivateCallKMSURI/uri-entry\` | \`xs:anyURI\`: key management server | both |

\`mcpttURI\`, \`mcpttString\` and \`mcpttBoolean\` stand inside an element that may bear \`type="Normal"\`. The order of the
elements inside \`anyExt\` is free; that of \`mcptt-Params\` is not. \`poc:poc-settings/poc:entity\` has the client identity as
\`id\`, and \`poc:am-settings/poc:answer-mode\` holds \`${values.answerMode}\` or its counterpart.

The documents are validated: well-formed, in UTF-8, without a document type declaration, valid by schema. Elements of other
namespaces are allowed wherever the schema has a wildcard and say nothing.

## The access token

A JSON Web Token (TS 33.180 B.2.2), signed with RS256. Its claims:

| Claim | Value |
| --- | --- |
| \`iss\` | issuer: the identity management server of the partner MC system, as provisioned |
| \`aud\` | audience: the partner MC service server, as provisioned |
| \`exp\` | seconds since 1970; a token is good until 30 s after it (TS 33.180 B.8) |
| \`scope\` | holds \`${values.accessTokenScope}\` |
| \`client_id\` | the MC service client |
| \`sub\` | MC service ID in the primary MC system; equal to \`primary-mcptt-id\` |
| \`mcptt_id\` | MC service ID for use in the partner MC system: the temporary identity if one is allocated, else that of \`sub\` |

A partner MC service server refuses a token with another issuer, audience, user or scope, an expired one, one with a bad
signature and one without signature: 403 with Warning text \`${values.serviceAuthorisationWarning}\`.`

/** What holds for all messages: responses, correlation, comparison, tolerance. */
export const readingRules = ({ values }: Profile): string => `## Status codes

| Response | To | Meaning | Basis |
| --- | --- | --- | --- |
| 2xx | PUBLISH, REGISTER | accepted, unless its \`migration-auth-result\` says refused | default-binding |
| 3xx to 6xx | PUBLISH, REGISTER | refused, whatever the code; \`${values.refusalStatus}\` with a Warning is what this profile writes | default-binding |
| 2xx | MESSAGE | received; says nothing about the outcome | default-binding |
| 3xx to 6xx | MESSAGE | refused at this hop: no migration response will come for it | default-binding |
| 2xx | INVITE | the private call is established | rfc |
| 302 | INVITE, MESSAGE of one-to-one data | in profile \`rel-18-moved\` the private call redirection | default-binding |
| 487 | INVITE | ends a request that was released; no answer to the call | rfc |
| other 3xx to 6xx | INVITE, MESSAGE of one-to-one data | the private call is refused | rfc |
| 200, 202 | MESSAGE of one-to-one data | 200: it has reached the called party; 202: the server has it, and no more is said | default-binding |

| Situation | What is sent |
| --- | --- |
| the partner MC system does not admit the user or the token | \`${values.refusalStatus}\` to PUBLISH or REGISTER, Warning \`399 <host> "${values.serviceAuthorisationWarning}"\` or \`399 <host> "${values.userAuthorisationWarning}"\` |
| the primary MC system refuses | a migration response with \`migration-auth-result\` false; then a refusal to PUBLISH or REGISTER |
| a gateway server's policy refuses | \`${values.refusalStatus}\` to MESSAGE, Warning \`399 <host> "${values.interconnectionWarning}"\` |
| the primary MC system is unknown | \`404\` (Not Found) |
| a message cannot be understood | \`400\` (Bad Request) |

Any final code other than 2xx is taken as a refusal; a Warning is not demanded. Its text is the MC code and the words inside the
quotes, with the host of the sender before them (TS 24.379 4.4.1).

## Correlation

1. A response to the client belongs to its request by the SIP transaction.
2. A migration response belongs to the migration request whose Call-ID stands in its In-Reply-To, and to the user in its
   \`primary-mcptt-id\`. The Call-ID is the one that the entity which now receives the response gave its request.
3. A gateway server forwards in a transaction of its own, with its own Call-ID, From, Via and P-Asserted-Identity. It
   remembers which Call-ID became which, and writes the other one into In-Reply-To of the migration response. The
   information elements stay as they are; nothing in the forwarded message names or addresses what is behind the gateway
   server.
4. A migration response that answers no pending migration request changes nothing. A retransmission is answered again and
   not processed again (RFC 3261 17.2).
5. A private call redirection by MESSAGE belongs to the private call request whose Call-ID stands in its In-Reply-To.
6. BYE belongs to the call of its dialog, CANCEL to the INVITE of its transaction.
7. Several procedures may be under way at once; only these identities tell them apart, never the order of messages.

## What is compared

| Element | Equal when |
| --- | --- |
| mcServiceId, temporaryId, callingParty, calledParty, redirectedTo | equivalent as SIP URIs (RFC 3261 19.1.4); other URIs letter by letter |
| partnerSystem | the same domain name, whatever the case of its letters |
| userProfileIndex | the same number |
| result, credentials, securityDomain, reason, indications | the same |

A value that the harness does not know yet is learnt from the first message that carries it and compared from then on.

## What is tolerated

- header field names in compact form and any case of letters, and header fields in any order
- feature tags without the plus sign; Accept-Contact without \`require\` and \`explicit\`; both tags in one Accept-Contact
- P-Asserted-Service where P-Preferred-Service is asked for in PUBLISH
- a quoted boundary, preamble and epilogue, transport padding, other parts, one mcptt-info document without multipart
- the migration elements in the \`anyExt\` of \`mcptt-Params\` instead of that of \`mcpttinfo\`, whatever \`anyExtPlacement\` says
- namespace prefixes, comments, CDATA, white space around a URI, a number or a boolean
- \`mcpttString\` where \`mcpttURI\` is written; \`1\`, \`0\`, \`success\`, \`fail\`, \`true\` and \`false\` as result, as boolean or string
- elements nobody knows, as long as the schema lets them stand
- a 200 to PUBLISH or REGISTER without a body: the user is the one of the request

PUBLISH with \`Expires: 0\`, and REGISTER whose contacts all expire at 0, end service authorization and are no
authorization request (TS 24.379 7.3.5); a REGISTER without a body registers with the SIP core alone.`

/** Before the table of services. */
export const servicesText = `The three services have the same messages. Where the name of an element or of its content holds
\`mcptt\` in MCPTT it holds \`mcvideo\` or \`mcdata\` in the other two ([other-services](#other-services)), and the service
identifier, the feature tag and the namespace are their own. A request says of which service it is by its info document, else
by the service identifier in P-Asserted-Service, P-Preferred-Service, Accept-Contact or Contact. MCVideo adds a stream of video,
and its channel of transmission control is \`udp MCVideo\`; the one-to-one communication of MCData is a short data message with
the identifier \`urn:urn-7:3gpp-service.ims.icsi.mcdata.sds\` and the tag \`g.3gpp.mcdata.sds\`.`

/** Before the table of refusals. */
export const refusalsText = `A private call is refused by the status of the reason and a Warning with its MC code (TS 24.379 table
4.4.2-2), \`403\` with 144 where nothing else is said. The harness takes any status from 300 on as a refusal, except those above.`
