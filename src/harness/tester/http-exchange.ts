import { bindingsOf, isService, services, valuesOf, type HttpRequestBinding, type HttpResponseBinding } from '#bindings'
import type { Delivery } from '#play'
import { ask, type HttpExchange } from '#stack/http'
import type { Address } from '#transport'
import { writeHttpMessage, type HttpMessage } from '#wire/http'
import { peersOf, playerOf } from '../players.ts'
import type { FlowRole } from '../world/functional-entity.ts'
import { unansweredKey, type CaseLine } from './case-line.ts'
import type { Tester } from './tester.ts'

/** Sends a request of ours over a connection of its own; what becomes of it is an arrival of the case. */
export function askByHttp(
  tester: Tester,
  line: CaseLine,
  delivery: Delivery,
  binding: HttpRequestBinding,
  dispatch: number,
): void {
  const { service } = line.planned
  const sut = playerOf(line.planned, delivery.to)
  const values = valuesOf(tester.profile, service, tester.overrides)
  const encoded = binding.encode(delivery.ies, values)
  const request = { ...encoded, headers: [['Host', `${sut.address}:${sut.port}`] as const, ...encoded.headers] }
  const remote: Address = { address: sut.address, port: sut.port }
  line.sent.add(Buffer.from(writeHttpMessage(request)).toString('latin1'))
  const log = (message: HttpMessage, local: Address, direction: 'sent' | 'received', summary: string): number =>
    tester.logHttp(message, { line, role: delivery.from, local, remote, direction, summary, step: delivery.step })
  void ask(remote, request, (local) => void log(request, local, 'sent', `${request.method} ${delivery.message}`)).then(
    (outcome) => {
      const at = tester.clock.now()
      switch (outcome.kind) {
        case 'timeout':
          return
        case 'unreachable':
          return line.arrivals.push({ kind: 'unreachable', at, text: outcome.text })
        case 'response': {
          const { response, local } = outcome
          const text = `${response.status} ${response.reason}`
          const seq = log(response, local, 'received', text)
          tester.signsOfLife.heard(remote, sut)
          line.received.set(seq, {
            role: delivery.from,
            startLine: text,
            octets: writeHttpMessage(response),
            again: false,
          })
          const answer = bindingsOf(tester.profile, service, line.planned.alternative).find(
            (one): one is HttpResponseBinding => one.carrier === 'http-response' && one.answers === delivery.message,
          )
          if (!answer) return line.arrivals.push({ kind: 'refusal', seq, at, step: delivery.step, text, dispatch })
          const { name, ies, spans, problems } = answer.decode(response, values)
          return line.arrivals.push({
            kind: 'message',
            seq,
            at,
            role: delivery.from,
            message: name,
            ies,
            spans,
            problems,
          })
        }
      }
    },
  )
}

/** Answers the request of the system under test that waits for it. */
export function answerByHttp(tester: Tester, line: CaseLine, delivery: Delivery, binding: HttpResponseBinding): void {
  const key = unansweredKey(delivery.from, binding.answers)
  const asked = line.exchanges.get(key)
  if (!asked) return
  line.exchanges.delete(key)
  const values = valuesOf(tester.profile, line.planned.service, tester.overrides)
  const response = binding.encode(delivery.ies, values, asked.ies)
  const { local, remote } = asked.exchange
  const summary = `${response.status} ${response.reason}`
  line.sent.add(Buffer.from(writeHttpMessage(response)).toString('latin1'))
  tester.logHttp(response, {
    line,
    role: delivery.from,
    local,
    remote,
    direction: 'sent',
    summary,
    step: delivery.step,
  })
  asked.exchange.respond(response)
}

/** Hands a request to the case of the identities in it; one of no case is not found. */
export function receiveByHttp(tester: Tester, role: FlowRole, exchange: HttpExchange): void {
  const { request, local, remote } = exchange
  const readings = Object.keys(services)
    .filter(isService)
    .flatMap((service) => {
      const values = valuesOf(tester.profile, service, tester.overrides)
      return bindingsOf(tester.profile, service, 'publish').flatMap((one) =>
        one.carrier === 'http-request' && one.recognises(request, values) ? [one.decode(request, values)] : [],
      )
    })
  const [decoded] = readings
  const line = decoded && tester.switchboard.find(Object.values(decoded.ies), [])
  const summary = `${request.method} ${decoded?.name ?? request.target}`
  const seq = tester.logHttp(request, { line, role, local, remote, direction: 'received', summary })
  if (!decoded || !line) {
    exchange.respond({ kind: 'response', status: 404, reason: 'Not Found', headers: [], body: new Uint8Array() })
    return
  }
  tester.signsOfLife.heard(remote, peersOf(line.planned, role)[0])
  line.received.set(seq, { role, startLine: summary, octets: writeHttpMessage(request), again: false })
  line.exchanges.set(unansweredKey(role, decoded.name), { exchange, ies: decoded.ies })
  const { name: message, ies, spans, problems } = decoded
  line.arrivals.push({ kind: 'message', seq, at: tester.clock.now(), role, message, ies, spans, problems })
}

/** Leaves nobody waiting. */
export function leaveExchanges(line: CaseLine): void {
  for (const { exchange } of line.exchanges.values())
    exchange.respond({
      kind: 'response',
      status: 503,
      reason: 'Service Unavailable',
      headers: [],
      body: new Uint8Array(),
    })
  line.exchanges.clear()
}
