export { ask, type HttpOutcome } from './ask.ts'
export { openHttpServer, type HttpExchange, type HttpServer } from './open-http-server.ts'
