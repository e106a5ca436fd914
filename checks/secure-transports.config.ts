import { defineConfig, embeddedReference, portsFrom } from '../src/harness/index.ts'

/**
 * The reference MC systems over UDP, TCP and TLS at an address that is said. The certificates are in a folder that whoever starts this has made:
 * those of the tester, and of the systems under test.
 */
const { MCX_FOLDER: folder = '', MCX_ADDRESS: address = '127.0.0.1', MCX_PORT: port = '22500' } = process.env
const { MCX_OTHER_PORT: other = '22520', MCX_SYSTEM: system = address } = process.env
const filesOf = (end: string) => ({
  certificate: `${folder}/${end}.pem`,
  key: `${folder}/${end}.key`,
  authorities: [`${folder}/${end}-trusts.pem`],
})

export default defineConfig({
  profile: 'rel-18',
  tester: {
    address,
    ports: portsFrom(Number(other)),
    tls: { ...filesOf('tester'), ports: portsFrom(Number(other) + 20) },
  },
  timing: { answer: 2000 },
  suts: embeddedReference({ firstPort: Number(port), address: system, tls: filesOf('system') }),
})
