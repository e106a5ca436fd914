import { openTcp } from './tcp.ts'
import { openUdp } from './udp.ts'

// Below the ephemeral ports of the usual systems: no connection of somebody else takes one between a look and its use.
const firstPort = 20_000
const somePorts = 12_000
// Whoever looks at the same time begins elsewhere.
let tried = process.pid * 131 + Number(process.env['VITEST_POOL_ID'] ?? 0) * 977

const address = '127.0.0.1'

async function isFree(port: number): Promise<boolean> {
  try {
    const onFailure = (): void => undefined
    const udp = await openUdp({ address, port, onDatagram: () => undefined, onFailure })
    try {
      const tcp = await openTcp({ address, port, onOctets: () => undefined, onClosed: () => undefined, onFailure })
      await tcp.close()
    } finally {
      await udp.close()
    }
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    tried += 1
    const port = firstPort + (tried % somePorts)
    if (await isFree(port)) return port
  }
}

/** Ports of loopback that nobody listens on, by UDP or by TCP, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = []
  while (ports.length < count) ports.push(await freePort())
  return ports
}
