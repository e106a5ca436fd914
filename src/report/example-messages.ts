/** SIP texts of the example run: enough of the real thing that every reader of captures agrees it is SIP. */

export interface ExampleCall {
  readonly number: number
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly from: string
  readonly to: string
  readonly port: number
  readonly hostile: string
}

const crlf = (lines: readonly string[]): string => lines.join('\r\n')

const mcpttInfo = (call: ExampleCall, elements: readonly string[]): string =>
  crlf([
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<mcpttinfo xmlns="urn:3gpp:ns:mcpttInfo:1.0">',
    '  <mcptt-Params>',
    ...elements.map((element) => `    ${element}`),
    `    <!-- ${call.hostile.replaceAll('--', '')} -->`,
    '  </mcptt-Params>',
    '</mcpttinfo>',
    '',
  ])

const head = (start: string, call: ExampleCall, method: string, extra: readonly string[], body: string): string =>
  crlf([
    start,
    `Via: SIP/2.0/${call.transport.toUpperCase()} 127.0.0.1:${call.port};branch=z9hG4bK-${call.number.toString(16)}-${method.toLowerCase()};rport`,
    'Max-Forwards: 70',
    `From: <sip:${call.from}@tester.example>;tag=t${call.number}`,
    `To: <sip:${call.to}@sut.example>${start.startsWith('SIP/2.0') ? `;tag=s${call.number}` : ''}`,
    `Call-ID: ${call.number.toString(16).padStart(12, '0')}@tester.example`,
    `CSeq: 1 ${method}`,
    ...extra,
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ])

const uri = (type: string, value: string): string => `<${type} type="Normal"><mcpttURI>${value}</mcpttURI></${type}>`

export const migrationRequest = (call: ExampleCall, user: string): string =>
  head(
    `MESSAGE sip:${call.to}@sut.example SIP/2.0`,
    call,
    'MESSAGE',
    [
      `P-Asserted-Identity: <sip:${call.from}@tester.example>`,
      'Accept-Contact: *;+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.mcptt";require;explicit',
      'P-Asserted-Service: urn:urn-7:3gpp-service.ims.icsi.mcptt',
      'Content-Type: application/vnd.3gpp.mcptt-info+xml',
    ],
    mcpttInfo(call, [
      '<request-type>migration-service-authorization-request</request-type>',
      uri('mcptt-request-uri', user),
      uri('mcptt-calling-user-id', 'sip:temporary-7@partner.example'),
      '<!-- partner system -->',
    ]),
  )

export const migrationResponse = (call: ExampleCall, user: string, result: string): string =>
  head(
    `MESSAGE sip:${call.from}@tester.example SIP/2.0`,
    { ...call, number: call.number + 0x100000 },
    'MESSAGE',
    [`P-Asserted-Identity: <sip:${call.to}@sut.example>`, 'Content-Type: application/vnd.3gpp.mcptt-info+xml'],
    mcpttInfo(call, [
      '<response-type>migration-service-authorization-response</response-type>',
      `<migration-result>${result}</migration-result>`,
      uri('mcptt-request-uri', user),
    ]),
  )

export const authorization = (call: ExampleCall): string =>
  head(
    `PUBLISH sip:${call.to}@sut.example SIP/2.0`,
    call,
    'PUBLISH',
    ['Event: poc-settings', 'Expires: 4294967295', 'Content-Type: application/vnd.3gpp.mcptt-info+xml'],
    mcpttInfo(call, [
      '<mcptt-access-token type="Normal"><mcpttString>eyJhbGciOiJFUzI1NiJ9</mcpttString></mcptt-access-token>',
    ]),
  )

export const response = (call: ExampleCall, method: string, status: string, extra: readonly string[] = []): string =>
  head(`SIP/2.0 ${status}`, call, method, extra, '')
