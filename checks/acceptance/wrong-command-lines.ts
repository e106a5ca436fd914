import type { Misuse } from './misuse.ts'

const run = (...words: string[]): readonly string[] => ['run', '--config', 'good.config.ts', ...words]

export const wrongCommandLines: readonly Misuse[] = [
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
    what: '--out nobody may write',
    words: run('--out', '/proc/results'),
    says: [/\/proc\/results cannot be made.*--out/],
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
    what: 'reference: no such document',
    words: ['reference', '--provision', 'none.json'],
    says: [/--provision none\.json/],
  },
  { what: 'report: no such directory', words: ['report', 'none'], says: [/none.*events\.ndjson/] },
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
