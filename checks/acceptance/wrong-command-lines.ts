import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { configurationWith } from './wrong-configurations.ts'

/** A directory with a good configuration in it, and ports nobody has. */
export interface Place {
  readonly directory: string
  readonly port: number
  readonly good: string
}

/** A command line that cannot be what was meant, or that the world refuses. */
export interface WrongCommandLine {
  readonly what: string
  readonly words: readonly string[] | ((place: Place) => readonly string[])
  readonly says: readonly RegExp[]
  /** 2 unless the run began and could not be recorded. */
  readonly exit?: 2 | 3
  /** Files to write beforehand. */
  readonly files?: Readonly<Record<string, string>> | ((place: Place) => Readonly<Record<string, string>>)
  /** What must be there meanwhile; returns how it goes away. */
  readonly meanwhile?: (place: Place) => Promise<() => void>
  /** A small file system is mounted at `disk` in the place, of so many octets. */
  readonly disk?: number
}

const run = (...words: string[]): readonly string[] => ['run', '--config', 'good.config.ts', ...words]

/** A system under test with a control section, in a configuration with ports nobody has. */
const controlled =
  (control: (place: Place) => object) =>
  (place: Place): Readonly<Record<string, string>> => ({
    'harness.config.ts': configurationWith(
      { tester: { ports: testerPorts(place.port) } },
      { port: place.port + 5, control: control(place) },
    ),
  })

export const testerPorts = (first: number): Readonly<Record<string, number>> => ({
  client: first,
  partnerServer: first + 1,
  partnerGateway: first + 2,
  primaryGateway: first + 3,
  primaryServer: first + 4,
})

const http = (port: number): string => `http://127.0.0.1:${port}`

const listening = (server: Server, port: number): Promise<() => void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () =>
      resolve(() => {
        server.close()
        server.closeAllConnections()
      }),
    )
  })

const holding =
  (offset: number) =>
  ({ port }: Place): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const server = createTcpServer()
      server.once('error', reject)
      server.listen(port + offset, '127.0.0.1', () => resolve(() => server.close()))
    })

const node = (text: string): readonly string[] => [process.execPath, '-e', text]

export const wrongCommandLines: readonly WrongCommandLine[] = [
  { what: 'no such command', words: ['rnu'], says: [/unknown command 'rnu'.*run/] },
  { what: 'no such option', words: ['run', '--sed', '4'], says: [/unknown option '--sed'.*--seed/] },
  { what: 'option without its value', words: ['run', '--seed'], says: [/--seed <number>.*argument missing/] },
  { what: 'argument missing', words: ['show'], says: [/missing required argument 'flow'/] },
  { what: 'argument too many', words: ['report', 'a', 'b'], says: [/too many arguments/] },
  {
    what: 'no such case',
    words: run('migration/none@client/*'),
    says: [/migration\/none@client\/\* fits no case.*mcx list/],
  },
  {
    what: 'one good case and one mistyped',
    words: run('*', 'migration/nothing'),
    says: [/migration\/nothing fits no case/],
  },
  {
    what: 'all taken away again',
    words: run('!*'),
    says: [/nothing is selected/],
  },
  { what: 'no such role', words: run('--role', 'primarServer'), says: [/--role primarServer.*primaryServer/] },
  { what: 'no such tag', words: run('--tag', 'omitt'), says: [/--tag omitt.*omit/] },
  { what: 'no such transport', words: run('--transport', 'tls'), says: [/--transport tls.*udp, tcp/] },
  { what: 'no such system under test', words: run('--sut', 'ours'), says: [/--sut ours.*reference client/] },
  { what: 'no such clause', words: run('--clause', '99.99'), says: [/--clause 99\.99/] },
  { what: 'seed is no number', words: run('--seed', 'abc'), says: [/--seed.*abc.*whole number/] },
  { what: 'seed below zero', words: run('--seed', '-1'), says: [/--seed.*-1.*whole number/] },
  { what: 'seed too large', words: run('--seed', '99999999999999999999'), says: [/--seed.*whole number/] },
  { what: 'no cases in flight', words: run('--concurrency', '0'), says: [/--concurrency 0/] },
  { what: 'far too many in flight', words: run('--concurrency', '1000000'), says: [/--concurrency 1000000.*2000/] },
  { what: 'no such profile', words: run('--profile', 'rel-99'), says: [/--profile rel-99.*rel-18/] },
  { what: 'configuration is a directory', words: ['run', '--config', '.'], says: [/\. is a directory/] },
  { what: 'list: no such configuration', words: ['list', '--config', 'no.ts'], says: [/there is no no\.ts/] },
  { what: 'list: no such tag', words: ['list', '--config', 'good.config.ts', '--tag', 'x'], says: [/--tag x/] },
  {
    what: 'list: no such case',
    words: ['list', '--config', 'good.config.ts', '--json', 'x'],
    says: [/x fits no case/],
  },
  { what: 'doctor: no such configuration', words: ['doctor', '--config', 'no.ts'], says: [/there is no no\.ts/] },
  {
    what: '--out holds a folder of somebody else',
    words: run('--out', '.'),
    meanwhile: async ({ directory }) => {
      mkdirSync(join(directory, 'cases'))
      return () => {}
    },
    says: [/has a folder cases that no run made.*--out/],
  },
  { what: '--out is a file', words: run('--out', 'taken'), files: { taken: '' }, says: [/taken.*file.*--out/] },
  {
    what: '--out below a file',
    words: run('--out', 'taken/results'),
    files: { taken: '' },
    says: [/taken\/results cannot be made.*--out/],
  },
  {
    what: '--out nobody may write',
    words: run('--out', '/proc/results'),
    says: [/\/proc\/results cannot be made.*--out/],
  },
  {
    what: '--out is a full disk from the start',
    words: run('--out', 'disk/results'),
    disk: 4096,
    exit: 3,
    says: [/no space left/],
  },
  {
    what: '--out is on a disk that fills up',
    words: run('--out', 'disk/results', '--role', 'primaryGateway'),
    disk: 300_000,
    exit: 3,
    says: [/cannot append.*no space left.*recorded so far are kept/],
  },
  {
    what: 'start: no such program',
    words: ['run'],
    files: controlled(({ port }) => ({ http: http(port + 6), start: ['our-server-that-is-not-there'] })),
    says: [/our server.*no program our-server-that-is-not-there.*suts\[\]\.control\.start/],
  },
  {
    what: 'start: it ends at once and says why',
    words: ['run'],
    files: controlled(({ port }) => ({
      http: http(port + 6),
      start: node('console.error("licence expired"); process.exitCode = 4'),
    })),
    says: [/our server.*ended with (exit code )?4.*licence expired/],
  },
  {
    what: 'start: without control.http, it ends at once',
    words: ['run'],
    files: controlled(() => ({ start: ['our-server-that-is-not-there'] })),
    says: [/our server.*our-server-that-is-not-there/],
  },
  {
    what: 'start: never ready',
    words: ['run'],
    files: controlled(({ port }) => ({
      http: http(port + 6),
      readyWithin: 500,
      start: node('setTimeout(() => {}, 20_000)'),
    })),
    says: [/our server.*within 500 ms.*readyWithin/],
  },
  {
    what: 'control: nobody there',
    words: ['run'],
    files: controlled(({ port }) => ({ http: http(port + 6) })),
    says: [/our server.*provision.*127\.0\.0\.1:\d+.*refused.*suts\[\]\.control/],
  },
  {
    what: 'control: provisioning refused',
    words: ['run'],
    files: controlled(({ port }) => ({ http: http(port + 6) })),
    meanwhile: ({ port }) =>
      listening(
        createServer((asked, answer) => {
          asked.resume()
          answer.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"users: too many"}')
        }),
        port + 6,
      ),
    says: [/our server.*400.*users: too many/],
  },
  {
    what: 'control: never answers',
    words: ['run'],
    files: controlled(({ port }) => ({ http: http(port + 6) })),
    meanwhile: ({ port }) =>
      listening(
        createServer((asked) => asked.resume()),
        port + 6,
      ),
    says: [/our server.*provision.*5000 ms/],
  },
  {
    what: 'control: a program that fails',
    words: ['run'],
    files: controlled(() => ({ provision: node('process.exitCode = 9') })),
    says: [/our server.*provision.*ended with (exit code )?9/],
  },
  {
    what: 'control: a program that writes no JSON',
    words: ['run'],
    files: controlled(() => ({ provision: node('console.log("done")') })),
    says: [/our server.*provision.*no JSON.*done/],
  },
  {
    what: 'control: no URL',
    words: ['run'],
    files: controlled(() => ({ http: '127.0.0.1:8080' })),
    says: [/suts\[0\]\.control\.http is "127\.0\.0\.1:8080".*http/],
  },
  {
    what: 'port of the tester in use',
    words: run('--role', 'client'),
    meanwhile: holding(4),
    says: [/tester\.ports\.primaryServer.*127\.0\.0\.1.*\d+.*another/],
  },
  {
    what: 'port of the reference in use',
    words: run('--role', 'primaryServer'),
    meanwhile: holding(9),
    says: [/reference.*127\.0\.0\.1.*\d+/],
  },
  {
    what: 'control port of the reference in use',
    words: run(),
    meanwhile: holding(10),
    says: [/reference.*control interface: 127\.0\.0\.1:\d+ is in use.*another port/],
  },
  {
    what: 'doctor: ports in use',
    words: ['doctor', '--config', 'good.config.ts'],
    meanwhile: holding(0),
    says: [/tester\.ports\.client.*taken/],
  },
  {
    what: 'reference: no such defect',
    words: ['reference', '--defect', 'no-such'],
    says: [/--defect no-such.*--list-defects/],
  },
  {
    what: 'reference: no port',
    words: ['reference', '--control', 'localhost'],
    says: [/--control localhost.*127\.0\.0\.1:16066/],
  },
  {
    what: 'reference: not loopback',
    words: ['reference', '--control', '0.0.0.0:16066'],
    says: [/--control 0\.0\.0\.0.*loopback/],
  },
  {
    what: 'reference: control port in use',
    words: ({ port }) => ['reference', '--control', `127.0.0.1:${port + 12}`],
    meanwhile: holding(12),
    says: [/control interface: 127\.0\.0\.1:\d+ is in use.*another port/],
  },
  {
    what: 'reference: no such document',
    words: ['reference', '--provision', 'none.json'],
    says: [/--provision none\.json/],
  },
  {
    what: 'reference: document is no JSON',
    words: ['reference', '--provision', 'wrong.json'],
    files: { 'wrong.json': '{ "functions": [ }' },
    says: [/--provision wrong\.json.*JSON/],
  },
  {
    what: 'reference: document of another shape',
    words: ['reference', '--provision', 'wrong.json'],
    files: { 'wrong.json': '{ "functions": 4 }' },
    says: [/wrong\.json: format/, /wrong\.json: seed/, /wrong\.json: functions/],
  },
  { what: 'report: no such directory', words: ['report', 'none'], says: [/none.*events\.ndjson/] },
  {
    what: 'report: empty directory',
    words: ['report', 'empty'],
    meanwhile: async ({ directory }) => {
      mkdirSync(join(directory, 'empty'))
      return () => {}
    },
    says: [/empty has no events\.ndjson/],
  },
  {
    what: 'report: a record that is none',
    words: ['report', 'results'],
    meanwhile: async ({ directory }) => {
      mkdirSync(join(directory, 'results'))
      writeFileSync(join(directory, 'results', 'events.ndjson'), 'hello\nworld\n')
      return () => {}
    },
    says: [/results\/events\.ndjson is no record of a run.*line 1/],
  },
  {
    what: 'init: the file is there already',
    words: ['init', 'mine.config.ts'],
    files: { 'mine.config.ts': '' },
    says: [/mine\.config\.ts exists already/],
  },
  {
    what: 'init: no such role',
    words: ['init', 'new.config.ts', '--role', 'server'],
    says: [/--role server.*primaryServer/],
  },
  {
    what: 'init: no such directory',
    words: ['init', 'no/new.config.ts'],
    says: [/no\/new\.config\.ts cannot be written.*directory/],
  },
  {
    what: 'show: no such flow',
    words: ['show', 'migration/authorization'],
    says: [/no flow migration\/authorization.*migration\/service-authorization/],
  },
  {
    what: 'show: no such variant',
    words: ['show', 'migration/service-authorization', '--variant', 'gateways'],
    says: [/no variant gateways.*both-gateways/],
  },
]
