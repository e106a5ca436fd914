// Scenarios for where messages are lost. Those that SIPp comes with end such calls wrongly: its caller asks of a 200 only that its method was
// sent before, and takes an INVITE's 200 that comes again for the answer to a BYE that was lost; its called party, that sends 180 and 200 in a
// row, knows no INVITE that comes again.

const offer = `v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
`

const message = (head: readonly string[], body = ''): string =>
  [
    ...['<![CDATA[', ...head, 'Contact: <sip:[local_ip]:[local_port];transport=[transport]>'],
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    ...['Content-Length: [len]', '', `${body}]]>`],
  ].join('\n')

const request = (method: string, sequence: number, inDialog: boolean, body = ''): string => {
  const uri = 'sip:[service]@[remote_ip]:[remote_port]'
  const head = [
    ...[`${method} ${uri} SIP/2.0`, 'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]'],
    ...['From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]-[call_number]'],
    ...[`To: <${uri}>${inDialog ? '[peer_tag_param]' : ''}`, 'Call-ID: [call_id]'],
    ...[`CSeq: ${sequence} ${method}`, 'Max-Forwards: 70'],
  ]
  return message(head, body)
}

const ok = (tagged: boolean, body = ''): string => {
  const to = `[last_To:]${tagged ? '' : ';tag=[pid]-[call_number]'}`
  return message(['SIP/2.0 200 OK', '[last_Via:]', '[last_From:]', to, '[last_Call-ID:]', '[last_CSeq:]'], body)
}

const scenario = (name: string, steps: readonly string[]): string =>
  ['<?xml version="1.0" encoding="ISO-8859-1" ?>', `<scenario name="${name}">`, ...steps, '</scenario>', ''].join('\n')

/** Calls: INVITE, ACK, the time of `-d`, BYE; each is repeated until its own response comes (RFC 3261 17.1), the ACK by each 200 (13.2.2.4). */
export const callThroughLoss = scenario('calls where messages are lost', [
  `<send retrans="500" start_txn="call">${request('INVITE', 1, false, offer)}</send>`,
  '<recv response="180" optional="true" response_txn="call"/>',
  '<recv response="200" response_txn="call"/>',
  `<send ack_txn="call">${request('ACK', 1, true)}</send>`,
  '<pause/>',
  `<send retrans="500" start_txn="end">${request('BYE', 2, true)}</send>`,
  '<recv response="200" response_txn="end"/>',
])

/** Answers calls: 200, sent again for each INVITE that comes again (RFC 3261 17.2.1) and until the ACK (13.3.1.4); 200 to each BYE for four seconds. */
export const answerThroughLoss = scenario('answers where messages are lost', [
  '<recv request="INVITE"/>',
  `<send retrans="500">${ok(false, offer)}</send>`,
  '<recv request="ACK" optional="true"/>',
  '<recv request="BYE"/>',
  `<send>${ok(true)}</send>`,
  '<timewait milliseconds="4000"/>',
])
