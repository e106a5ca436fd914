import { statusOf } from '#wire/sip'
import { transactionOf, type Playing } from './disturbance.ts'

/** Whether somebody who asked has been refused; who asked at the step given does not count. */
export const wasRefused = ({ log }: Playing, leaving?: string): boolean => {
  const refused = new Set(
    log
      .filter(({ direction, message }) => direction === 'received' && statusOf(message) >= 300)
      .map(({ message }) => transactionOf(message)),
  )
  return log.some(
    ({ direction, step, message }) =>
      direction === 'sent' && step !== undefined && step !== leaving && refused.has(transactionOf(message)),
  )
}
