export type { Address, Endpoint, TransportName } from './endpoint.ts'
