import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { configurationWith } from './wrong-configurations.ts'

import type { Misuse, Place } from './misuse.ts'

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

const testerPorts = (first: number): Readonly<Record<string, number>> => ({
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

/** What the world refuses, or holds ready in another shape than is needed. */
export const wrongSurroundings: readonly Misuse[] = [
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
    meanwhile: holding(24),
    says: [/reference.*127\.0\.0\.1.*\d+/],
  },
  {
    what: 'control port of the reference in use',
    words: run(),
    meanwhile: holding(25),
    says: [/reference.*control interface: 127\.0\.0\.1:\d+ is in use.*another port/],
  },
  {
    what: 'doctor: ports in use',
    words: ['doctor', '--config', 'good.config.ts'],
    meanwhile: holding(0),
    says: [/tester\.ports\.client.*taken/],
  },
  {
    what: 'reference: control port in use',
    words: ({ port }) => ['reference', '--control', `127.0.0.1:${port + 12}`],
    meanwhile: holding(12),
    says: [/control interface: 127\.0\.0\.1:\d+ is in use.*another port/],
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
]
