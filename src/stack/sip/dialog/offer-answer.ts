/** Where the exchange of session descriptions of a dialog stands (RFC 3264 4, 8; RFC 6337 2). */
export type OfferAnswerState = 'none' | 'local-offer' | 'remote-offer' | 'agreed'

export type OfferAnswerEvent =
  'send-offer' | 'send-answer' | 'receive-offer' | 'receive-answer' | 'refuse-local-offer' | 'refuse-remote-offer'

interface Arrow {
  readonly next: OfferAnswerState | 'before'
  readonly clause: string
}

/** "At no time can there be more than one offer outstanding": what has no arrow is not allowed. */
const offerAnswer: Readonly<Record<OfferAnswerState, Readonly<Partial<Record<OfferAnswerEvent, Arrow>>>>> = {
  none: {
    'send-offer': { next: 'local-offer', clause: 'RFC 3264 5' },
    'receive-offer': { next: 'remote-offer', clause: 'RFC 3264 6' },
  },
  'local-offer': {
    'receive-answer': { next: 'agreed', clause: 'RFC 3264 7' },
    'refuse-local-offer': { next: 'before', clause: 'RFC 3261 14.1' },
  },
  'remote-offer': {
    'send-answer': { next: 'agreed', clause: 'RFC 3264 6' },
    'refuse-remote-offer': { next: 'before', clause: 'RFC 3261 14.2' },
  },
  agreed: {
    'send-offer': { next: 'local-offer', clause: 'RFC 3264 8' },
    'receive-offer': { next: 'remote-offer', clause: 'RFC 3264 8' },
  },
}

/** The offer/answer state of one dialog. `settled` is what a refused offer falls back to. */
export interface OfferAnswer {
  state: OfferAnswerState
  settled: 'none' | 'agreed'
}

/** Takes one step; false, and nothing changed, where it is not allowed. */
export function stepOfferAnswer(exchange: OfferAnswer, event: OfferAnswerEvent): boolean {
  const arrow = offerAnswer[exchange.state][event]
  if (arrow === undefined) return false
  exchange.state = arrow.next === 'before' ? exchange.settled : arrow.next
  if (exchange.state === 'agreed') exchange.settled = 'agreed'
  return true
}

/** A description that came is the answer to our offer, or else an offer. */
export function receiveDescription(exchange: OfferAnswer): boolean {
  return stepOfferAnswer(exchange, exchange.state === 'local-offer' ? 'receive-answer' : 'receive-offer')
}

/** A description that is sent is the answer to the peer's offer, or else an offer. */
export function sendDescription(exchange: OfferAnswer): boolean {
  return stepOfferAnswer(exchange, exchange.state === 'remote-offer' ? 'send-answer' : 'send-offer')
}
