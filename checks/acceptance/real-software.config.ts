import { defineConfig, portsFrom } from '../../src/harness/index.ts'
import { software } from './software/index.ts'
import { address } from './software/software.ts'

/** A program of others, set up in that folder, at the twentieth port from that one. */
const { MCX_SOFTWARE: name = 'kamailio', MCX_FOLDER: folder = '.', MCX_PORT: port = '18000' } = process.env
const { setUp, rate } = software[name as keyof typeof software]
const at = Number(port) + 20

export default defineConfig({
  tester: { ports: portsFrom(Number(port)) },
  fuzz: { rate },
  suts: [
    {
      name,
      roles: ['primaryServer'],
      system: 'example.org',
      identity: `sip:alice@${address}:${at}`,
      address,
      port: at,
      control: { start: ['sh', '-c', 'cd "$0" && exec "$@"', folder, ...setUp(at).start] },
    },
  ],
})
