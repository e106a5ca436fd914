/** What one key of the configuration means. */
export interface KeyText {
  readonly meaning: string
  /** As it would be written. */
  readonly example: string
  /** What it takes, where the schema alone does not say it to people. */
  readonly takes?: string
}

/** Every key by its path; `[]` stands for any member of a list. A key that is missing here fails the check. */
export const keyTexts: Readonly<Record<string, KeyText>> = {
  profile: {
    meaning:
      'The binding profile you want to be held to. Without it, what breaks a default binding is `inconclusive`, not `fail`. In `rel-18` a private call redirection is a request of its own, in `rel-18-moved` it is the response 302; whoever is provisioned is told which.',
    example: "profile: 'rel-18'",
  },
  'bindings.values': {
    meaning: 'Values that the standard leaves open: see [Profile values](bindings.md#profile-values).',
    example: 'bindings: { values: { expires: 600 } }',
    takes: 'keys and values of the profile',
  },
  seed: {
    meaning: 'All made-up values follow from it: users, Call-IDs, tags, branches. The same seed sends the same octets.',
    example: 'seed: 20_301',
  },
  out: {
    meaning:
      'Folder for everything a run writes, relative to the folder of the configuration; `--out` is relative to where `mcx` is run.',
    example: "out: 'reports/nightly'",
    takes: 'path',
  },
  'tester.address': {
    meaning: 'Address the tester listens at and sends from. Your system must be able to reach it.',
    example: "tester: { address: '192.0.2.10' }",
  },
  'tester.ports.client': {
    meaning: 'Port of the tester when it plays the MC service client. UDP and TCP, as for every role.',
    example: 'ports: { client: 15_061 }',
  },
  'tester.ports.partnerServer': {
    meaning: 'Port of the tester as partner MC service server.',
    example: 'ports: { partnerServer: 15_062 }',
  },
  'tester.ports.partnerGateway': {
    meaning: 'Port of the tester as partner MC gateway server.',
    example: 'ports: { partnerGateway: 15_063 }',
  },
  'tester.ports.primaryGateway': {
    meaning: 'Port of the tester as primary MC gateway server.',
    example: 'ports: { primaryGateway: 15_064 }',
  },
  'tester.ports.primaryServer': {
    meaning: 'Port of the tester as primary MC service server.',
    example: 'ports: { primaryServer: 15_065 }',
  },
  'tester.ports.callingClient': {
    meaning: 'Port of the tester as the MC service client that calls, MC service client 1.',
    example: 'ports: { callingClient: 15_066 }',
  },
  'tester.ports.calledClient': {
    meaning: 'Port of the tester as the MC service client that is called, MC service client 2.',
    example: 'ports: { calledClient: 15_067 }',
  },
  'tester.ports.secondPartnerServer': {
    meaning: 'Port of the tester as the MC service server of the MC system to which a user migrates after the partner.',
    example: 'ports: { secondPartnerServer: 15_068 }',
  },
  'tester.ports.configurationServer': {
    meaning: 'Port of the tester as configuration management server, for HTTP alone.',
    example: 'ports: { configurationServer: 15_069 }',
  },
  'tester.ports.secondConfigurationServer': {
    meaning: 'The same of the MC system to which a user migrates after the partner.',
    example: 'ports: { secondConfigurationServer: 15_070 }',
  },
  'tester.ports.participatingServer': {
    meaning: 'Port of the tester as the participating MC service server in the primary MC system.',
    example: 'ports: { participatingServer: 15_071 }',
  },
  'tester.ports.iopsParticipatingServer': {
    meaning: 'Port of the tester as the participating MC service server in the IOPS MC system.',
    example: 'ports: { iopsParticipatingServer: 15_072 }',
  },
  'tester.ports.iopsControllingServer': {
    meaning: 'Port of the tester as the controlling MC service server in the IOPS MC system.',
    example: 'ports: { iopsControllingServer: 15_073 }',
  },
  'tester.ports.otherParticipatingServer': {
    meaning: 'Port of the tester as the participating MC service server of another party in the IOPS MC system.',
    example: 'ports: { otherParticipatingServer: 15_074 }',
  },
  'tester.ports.partnerConfigurationServer': {
    meaning: 'Port of the tester as configuration management server of the partner MC system, for HTTP alone.',
    example: 'ports: { partnerConfigurationServer: 15_075 }',
  },
  'tester.tls.certificate': {
    meaning: 'Certificate the tester shows, to whom it connects and to who connects: see [TLS](#tls).',
    example: "certificate: 'certificates/tester.pem'",
    takes: 'PEM file',
  },
  'tester.tls.key': {
    meaning: 'Its private key, without a passphrase.',
    example: "key: 'certificates/tester.key'",
    takes: 'PEM file',
  },
  'tester.tls.authorities': {
    meaning: 'Authorities that the certificates of your systems come from. Nobody else is trusted.',
    example: "authorities: ['certificates/authority.pem']",
    takes: 'list of PEM files',
  },
  'tester.tls.mutual': {
    meaning: 'Whether who connects to the tester must show a certificate of those authorities.',
    example: 'mutual: false',
    takes: 'true or false',
  },
  'tester.tls.lowest': {
    meaning: 'Lowest version of TLS that is spoken.',
    example: "lowest: 'TLSv1.3'",
  },
  'tester.tls.highest': {
    meaning: 'Highest version of TLS that is spoken. The same as `lowest` admits that one alone.',
    example: "highest: 'TLSv1.2'",
  },
  'tester.tls.ports.client': {
    meaning: 'Port for TLS of the tester when it plays the MC service client.',
    example: 'ports: { client: 15_161 }',
  },
  'tester.tls.ports.partnerServer': {
    meaning: 'Port for TLS of the tester as partner MC service server.',
    example: 'ports: { partnerServer: 15_162 }',
  },
  'tester.tls.ports.partnerGateway': {
    meaning: 'Port for TLS of the tester as partner MC gateway server.',
    example: 'ports: { partnerGateway: 15_163 }',
  },
  'tester.tls.ports.primaryGateway': {
    meaning: 'Port for TLS of the tester as primary MC gateway server.',
    example: 'ports: { primaryGateway: 15_164 }',
  },
  'tester.tls.ports.primaryServer': {
    meaning: 'Port for TLS of the tester as primary MC service server.',
    example: 'ports: { primaryServer: 15_165 }',
  },
  'tester.tls.ports.callingClient': {
    meaning: 'Port for TLS of the tester as the MC service client 1.',
    example: 'ports: { callingClient: 15_166 }',
  },
  'tester.tls.ports.calledClient': {
    meaning: 'Port for TLS of the tester as the MC service client 2.',
    example: 'ports: { calledClient: 15_167 }',
  },
  'tester.tls.ports.secondPartnerServer': {
    meaning:
      'Port for TLS of the tester as the MC service server of the MC system to which a user migrates after the partner.',
    example: 'ports: { secondPartnerServer: 15_168 }',
  },
  'tester.tls.ports.configurationServer': {
    meaning: 'Not used: the tester speaks HTTP without TLS.',
    example: 'ports: { configurationServer: 15_169 }',
  },
  'tester.tls.ports.secondConfigurationServer': {
    meaning: 'Not used either.',
    example: 'ports: { secondConfigurationServer: 15_170 }',
  },
  'tester.tls.ports.participatingServer': {
    meaning: 'Port for TLS of the tester as the participating MC service server in the primary MC system.',
    example: 'ports: { participatingServer: 15_171 }',
  },
  'tester.tls.ports.iopsParticipatingServer': {
    meaning: 'Port for TLS of the tester as the participating MC service server in the IOPS MC system.',
    example: 'ports: { iopsParticipatingServer: 15_172 }',
  },
  'tester.tls.ports.iopsControllingServer': {
    meaning: 'Port for TLS of the tester as the controlling MC service server in the IOPS MC system.',
    example: 'ports: { iopsControllingServer: 15_173 }',
  },
  'tester.tls.ports.otherParticipatingServer': {
    meaning:
      'Port for TLS of the tester as the participating MC service server of another party in the IOPS MC system.',
    example: 'ports: { otherParticipatingServer: 15_174 }',
  },
  'tester.tls.ports.partnerConfigurationServer': {
    meaning: 'Not used either.',
    example: 'ports: { partnerConfigurationServer: 15_175 }',
  },
  'timing.answer': {
    meaning:
      'How long the next message of a flow may take. At least `timers.migrationResponse` of the system is allowed.',
    example: 'timing: { answer: 8000 }',
  },
  'timing.silence': {
    meaning:
      'How long a refusal may take before silence counts as one. The tester waits longer for a system that is slow: `timers.migrationResponse` and twice what the flow as written took are allowed for.',
    example: 'timing: { silence: 3000 }',
  },
  'timing.quiet': {
    meaning: 'How long the tester watches on after the last message of a flow, for what should not come.',
    example: 'timing: { quiet: 500 }',
  },
  'media.talk': {
    meaning: 'How long each talker talks where media goes through your system. Milliseconds; a packet every 20.',
    example: 'media: { talk: 5000 }',
  },
  'media.longestGap': {
    meaning: 'Longest pause in what is heard of a talker, the change of path included. Milliseconds.',
    example: 'media: { longestGap: 300 }',
  },
  'media.lost': {
    meaning: 'Share of the packets that may be lost.',
    example: 'media: { lost: 0.01 }',
    takes: 'number from 0 to 1',
  },
  'media.duplicated': {
    meaning: 'Share of the packets that may come twice.',
    example: 'media: { duplicated: 0.01 }',
    takes: 'number from 0 to 1',
  },
  'media.allowance': {
    meaning:
      'How long after the change of path packets that were on their way may still come by the former one. Milliseconds.',
    example: 'media: { allowance: 100 }',
  },
  concurrency: {
    meaning: 'Cases in flight at once. Lower it for a system, or a machine, that is slow.',
    example: 'concurrency: 20',
  },
  everyTransport: {
    meaning:
      'Flows, `*` for anything, all of whose variations are played by every transport. Of the others each variation is played by one transport, in turn, and the flow as written by every one.',
    example: "everyTransport: ['*']",
  },
  together: {
    meaning: 'Names of systems under test that are played in the same cases: see [below](#systems-played-together).',
    example: "together: [['our A', 'our B']]",
    takes: 'list of lists of names',
  },
  'suts[].name': {
    meaning: 'Name of the system under test, in reports and for `--sut`. Each has its own.',
    example: "name: 'our build'",
    takes: 'up to 64 letters, digits, spaces, dots, dashes',
  },
  'suts[].version': {
    meaning: 'Version of the system under test, for the reports.',
    example: "version: '4.2.0'",
  },
  'suts[].roles': {
    meaning:
      'The functional entities it plays; the tester plays the others. Several roles belong to one MC system and share the address.',
    example: "roles: ['partnerServer']",
  },
  'suts[].system': {
    meaning: 'Domain of the MC system it belongs to.',
    example: "system: 'mc.our-company.example'",
    takes: 'domain name in lower case',
  },
  'suts[].identity': {
    meaning: 'Public service identity: the Request-URI of what the tester sends to it.',
    example: "identity: 'sip:mc-server@mc.our-company.example'",
    takes: 'SIP URI',
  },
  'suts[].address': {
    meaning:
      'Where it listens, IPv4 or IPv6; the tester needs an address of the same kind. A name is looked up once, when the run starts (RFC 3263).',
    example: "address: '192.0.2.20'",
    takes: 'IP address or domain name',
  },
  'suts[].port': {
    meaning:
      'Port it listens at, the same for UDP and TCP; of a `configurationServer` that of HTTP. Without it the SRV records of the name say it, 5060 where there are none; with an IP address it is required.',
    example: 'port: 5060',
  },
  'suts[].tls.port': {
    meaning: 'Port it listens at for TLS. Without it the SRV records of the name say it, 5061 where there are none.',
    example: 'tls: { port: 5061 }',
  },
  'suts[].tls.name': {
    meaning: 'Domain its certificate must be of (RFC 5922 7). Without it, what `address` says.',
    example: "tls: { port: 5061, name: 'mc.our-company.example' }",
    takes: 'domain name in lower case',
  },
  'suts[].transports': {
    meaning:
      'Transports to play over. Every case is played once for each. `tls` needs `tls.port` here, and `tester.tls`.',
    example: "transports: ['udp']",
  },
  'suts[].variants': {
    meaning:
      'Gateway topologies it can be tested in. A variant in which its role does not exist is left out by itself.',
    example: "variants: ['no-gateways']",
  },
  'suts[].alternatives': {
    meaning: 'Ways of service authorization between client and partner MC service server. No matter to other roles.',
    example: "alternatives: ['publish']",
  },
  'suts[].ics': {
    meaning: 'What it claims to implement: see [below](#ics-what-the-system-claims).',
    example: 'ics: { temporaryIdentity: false }',
    takes: 'capability to true or false',
  },
  'suts[].timers.migrationResponse': {
    meaning: 'How long it waits for the migration response of the primary MC system.',
    example: 'timers: { migrationResponse: 2000 }',
  },
  'suts[].sweep.away': {
    meaning:
      'For `mcx sweep`: how long a lost peer is away. By then every timer of the system under test must have run out: 64*T1 until it gives up a 2xx without ACK, and as long again until it gives up its BYE.',
    example: 'sweep: { away: 5000 }',
  },
  'suts[].sweep.sip.t1': {
    meaning: 'For `mcx sweep`: T1 of RFC 3261 that the system is provisioned with, so that it gives up sooner.',
    example: 'sweep: { sip: { t1: 50, t2: 200, t4: 250 } }',
  },
  'suts[].sweep.sip.t2': {
    meaning: 'Likewise T2.',
    example: 'sweep: { sip: { t1: 50, t2: 200, t4: 250 } }',
  },
  'suts[].sweep.sip.t4': {
    meaning: 'Likewise T4.',
    example: 'sweep: { sip: { t1: 50, t2: 200, t4: 250 } }',
  },
  'suts[].sweep.ringing': {
    meaning: 'Likewise how long a call may ring before it is given up (RFC 3261 16.6, Timer C).',
    example: 'sweep: { ringing: 2000 }',
  },
  'suts[].users.permitted': {
    meaning: 'MC service users that may migrate, for a system that cannot be provisioned: see [below](#fixed-users).',
    example: "users: { permitted: ['sip:test-1@a.example'] }",
    takes: 'list of SIP URIs',
  },
  'suts[].users.refused': {
    meaning: 'MC service users that may not. Without any, cases that need one are excluded.',
    example: "users: { permitted: ['sip:test-1@a.example'], refused: ['sip:test-2@a.example'] }",
    takes: 'list of SIP URIs',
  },
  'suts[].users.callers': {
    meaning:
      'MC service users of the primary MC system who may call the permitted ones; without one no private call is played against such a system under test.',
    example: "users: { permitted: ['sip:test-1@a.example'], callers: ['sip:test-9@a.example'] }",
    takes: 'list of SIP URIs',
  },
  'suts[].control.http': {
    meaning: 'Base URL of its control interface. A path in it is not used.',
    example: "control: { http: 'http://127.0.0.1:8080' }",
  },
  'suts[].control.start': {
    meaning: 'Program that the run starts and ends. With `http`, the run waits until `GET /health` answers 200.',
    example: "control: { start: ['./our-server', '--test'] }",
  },
  'suts[].control.stop': {
    meaning: 'Program that is run at the end, before what `start` began is ended. Used only with `start`.',
    example: "control: { stop: ['./our-server', '--stop'] }",
  },
  'suts[].control.restart': {
    meaning:
      'Program that ends it and starts it anew, as it was provisioned: [`mcx fuzz`](fuzzing.md) runs it when the system no longer serves (without it, what `start` began is ended and started anew), [`mcx sweep`](sweep.md) after a step, in the place of `POST /restart`.',
    example: "control: { restart: ['systemctl', 'restart', 'our-server'] }",
  },
  'suts[].control.reset': {
    meaning: 'Program that makes it forget a user, in the place of `POST /reset`.',
    example: "control: { reset: ['./control', 'reset'] }",
  },
  'suts[].control.provision': {
    meaning: 'Program that takes the provisioning document, in the place of `POST /provision`.',
    example: "control: { provision: ['./control', 'provision'] }",
  },
  'suts[].control.stimulate': {
    meaning: 'Program that sets it going, in the place of `POST /stimulate`.',
    example: "control: { stimulate: ['./control', 'stimulate'] }",
  },
  'suts[].control.query': {
    meaning: 'Program that says what it holds, in the place of `POST /query`.',
    example: "control: { query: ['./control', 'query'] }",
  },
  'suts[].control.establish': {
    meaning: 'Program that makes a state hold, where `preconditions` is `control`.',
    example: "control: { establish: ['./control', 'establish'] }",
  },
  'suts[].preconditions': {
    meaning:
      'What brings about that a user has migrated before a case begins: `protocol`, the flow that leads there, or `control`, [the control adapter](control-adapter.md#establish) where it can. Either is judged apart.',
    example: "preconditions: 'control'",
  },
  'fuzz.consent': {
    meaning:
      'Systems that are not on this machine and may be fuzzed, by their address, each with the words `I may fuzz this system`. Without them `mcx fuzz` refuses to begin.',
    example: "fuzz: { consent: { '192.0.2.20': 'I may fuzz this system' } }",
    takes: 'IP addresses, each with those words',
  },
  'fuzz.rate': {
    meaning:
      'Requests each second at most, 0 for as many as are answered. Without it that is 0 on this machine and 100 beyond.',
    example: 'fuzz: { rate: 20 }',
  },
  'fuzz.emergency': {
    meaning:
      'Whether emergency indications may leave: emergency, alert and imminent peril indications, `Resource-Priority`, `Priority: emergency`, `urn:service:sos`. Otherwise they are taken out of whatever would leave.',
    example: 'fuzz: { emergency: true }',
  },
  'fuzz.growth.warmUp': {
    meaning:
      'How long after its start the system may grow: tables fill up until their first entries go, and programs are not yet compiled. What it [holds](fuzzing.md#what-it-holds) is looked at from then on.',
    example: 'fuzz: { growth: { warmUp: 120_000 } }',
  },
  'fuzz.growth.memory': {
    meaning:
      'Octets of resident memory, of the program that `suts[].control.start` started and of those it started in its turn, by which it may grow after that. As all of these, only what is also half of what it held before is complained of.',
    example: 'fuzz: { growth: { memory: 2_000_000_000 } }',
  },
  'fuzz.growth.descriptors': {
    meaning: 'Open files and sockets, likewise.',
    example: 'fuzz: { growth: { descriptors: 200 } }',
  },
  'fuzz.growth.latency': {
    meaning: 'Milliseconds by which the answer to a valid request may come later, for what came before it.',
    example: 'fuzz: { growth: { latency: 20 } }',
  },
  'suts[].control.readyWithin': {
    meaning: 'How long it may take from `start` until `GET /health` answers.',
    example: 'control: { readyWithin: 30_000 }',
  },
  'suts[].expectedFailures[].case': {
    meaning: 'Id of the case, with `*` for any text. The first declaration that fits counts.',
    example: "case: '*@primaryServer/6~deny:thisUser#*'",
    takes: 'case id',
  },
  'suts[].expectedFailures[].message': {
    meaning: 'Part of what a finding says: requirement, expected or actual. It pins the way the case fails.',
    example: "message: 'migration response'",
    takes: 'text',
  },
  'suts[].expectedFailures[].reason': {
    meaning: 'Why it fails.',
    example: "reason: 'no per-user rule yet'",
    takes: 'text',
  },
  'suts[].expectedFailures[].owner': {
    meaning: 'Who mends it.',
    example: "owner: 'signalling team'",
    takes: 'text',
  },
  'suts[].expectedFailures[].expires': {
    meaning: 'Last day on which the failure is accepted.',
    example: "expires: '2030-06-30'",
  },
}
