import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'
import type { Command } from 'commander'
import pc from 'picocolors'
import {
  flows,
  locateSystems,
  nameServiceFor,
  planCases,
  withPlaces,
  provisioningOf,
  readConfiguration,
  toolIdentity,
  type Configuration,
} from '#harness'
import { hostOf } from '#stack/sip'
import { acting } from './acting.ts'
import { tlsFindings } from './doctor-tls.ts'

export function addDoctor(mcx: Command): void {
  mcx
    .command('doctor')
    .description('look whether a run could succeed: runtime, configuration, ports, systems under test')
    .option('-c, --config <file>', 'configuration', 'harness.config.ts')
    .option('--provisioning', 'print what the systems under test must know and permit, as JSON, and nothing else')
    .action(acting(doctorCommand))
}

async function printProvisioning(config: string): Promise<number> {
  const { configuration: asRead } = await readConfiguration(config, process.cwd())
  const configuration = withPlaces(asRead, await locateSystems(asRead, nameServiceFor(asRead)))
  const played = planCases(flows, configuration).filter((one) => one.excluded === undefined)
  console.log(JSON.stringify(provisioningOf(configuration.suts, played, configuration), null, 2))
  return 0
}

export type Finding = readonly [state: 'good' | 'bad' | 'unsure', text: string]

interface DoctorOptions {
  readonly config: string
  readonly provisioning?: boolean
}

async function doctorCommand({ config, provisioning }: DoctorOptions): Promise<number> {
  if (provisioning) return printProvisioning(config)
  const tool = toolIdentity()
  say(['good', `${tool.name} ${tool.version}, sources ${tool.digest.slice(0, 16)}`])
  const runtime = Number(process.versions.node.split('.')[0]) >= 24
  say([runtime ? 'good' : 'bad', `Node.js ${process.versions.node}${runtime ? '' : '; needs 24, use npm run mcx'}`])
  const { configuration: asRead, path, directory } = await readConfiguration(config, process.cwd())
  say(['good', `configuration ${path}`])
  const places = await locateSystems(asRead, nameServiceFor(asRead))
  const configuration = withPlaces(asRead, places)
  for (const [name, { address, port }] of Object.entries(places))
    say(['good', `${name} is ${hostOf(address)}:${port}, as the domain name system says`])
  const cases = planCases(flows, configuration)
  const played = cases.filter((one) => one.excluded === undefined).length
  say([played > 0 ? 'good' : 'bad', `${played} cases to play, ${cases.length - played} excluded (mcx list --excluded)`])
  if (configuration.profile === undefined)
    say(['unsure', 'no profile is selected: what rests on a default binding will be inconclusive, not fail'])
  const findings = [
    ...(await testerPorts(configuration)),
    ...(await tlsFindings(configuration, directory)),
    ...(await systemsUnderTest(configuration)),
  ]
  findings.forEach(say)
  return [...findings, ['good', '']].some(([state]) => state === 'bad') || !runtime || played === 0 ? 2 : 0
}

function say([state, text]: Finding): void {
  const mark = { good: pc.green('good  '), bad: pc.red('bad   '), unsure: pc.yellow('unsure') }[state]
  console.log(`${mark} ${text}`)
}

const testerPorts = async ({ tester }: Configuration): Promise<readonly Finding[]> => {
  const { address } = tester
  const look = (at: string, ports: Readonly<Record<string, number>>, isFree: (port: number) => Promise<boolean>) =>
    Object.entries(ports).map(async ([role, port]): Promise<Finding> =>
      (await isFree(port))
        ? ['good', `tester ${role} can listen on ${hostOf(address)}:${port}`]
        : ['bad', `${at}.${role}: ${hostOf(address)}:${port} is taken; free it or choose another`],
    )
  return Promise.all([
    ...look('tester.ports', tester.ports, async (port) => (await udpFree(address, port)) && tcpFree(address, port)),
    ...look('tester.tls.ports', tester.tls?.ports ?? {}, (port) => tcpFree(address, port)),
  ])
}

const systemsUnderTest = ({ suts }: Configuration): Promise<readonly Finding[]> =>
  Promise.all(
    suts.map(async ({ name, address: host, port, transports, control, users }): Promise<Finding> => {
      const address = hostOf(host)
      if (control.start) return ['good', `${name} is started by the run: ${control.start.slice(0, 4).join(' ')} ...`]
      if (!transports.includes('tcp'))
        return [
          transports.includes('tls') ? 'good' : 'unsure',
          `${name} at ${address}:${port} ${transports.includes('tls') ? 'is probed over TLS alone' : 'speaks UDP alone, which cannot be probed'}`,
        ]
      const provisioned = control.http !== undefined || control.provision !== undefined
      if (!(await reachable(host, port)))
        return provisioned
          ? ['unsure', `${name} does not accept connections at ${address}:${port} yet; perhaps once it is provisioned`]
          : ['bad', `${name} does not accept connections at ${address}:${port}; start it or mend suts[].address`]
      return provisioned || users
        ? ['good', `${name} accepts connections at ${address}:${port}`]
        : ['unsure', `${name} accepts connections; provision it by hand with what \`mcx doctor --provisioning\` prints`]
    }),
  )

const udpFree = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    socket.once('error', () => socket.close(() => resolve(false)))
    socket.bind(port, address, () => socket.close(() => resolve(true)))
  })

const tcpFree = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, address, () => server.close(() => resolve(true)))
  })

const reachable = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 2000 })
    const end = (outcome: boolean): void => {
      socket.destroy()
      resolve(outcome)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
