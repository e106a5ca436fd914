export {
  httpHeader,
  readHttpMessage,
  writeHttpMessage,
  type HttpFields,
  type HttpMessage,
  type HttpRequest,
  type HttpResponse,
} from './message.ts'
