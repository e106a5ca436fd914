/** Of what a correlation identifier consists: 12 characters, which no other identifier of ours begins with. */
export const correlationLength = 12
const prefix = 'fz'
// Whoever changes letters of an identity changes those of the identifier in it.
const pattern = /fz[0-9a-v]{10}/i

/** The identifier of one execution: in Call-ID, branch and From tag, so that answers are known whatever the target mangles. */
export function correlationOf(serial: number): string {
  return prefix + serial.toString(32).padStart(correlationLength - prefix.length, '0')
}

/** The last six digits of an identifier, as a number: 30 bits of its serial number. */
export function lastDigitsOf(correlation: string): number {
  let number = 0
  for (let at = correlationLength - 6; at < correlationLength; at += 1) {
    const code = correlation.charCodeAt(at)
    number = number * 32 + (code < 0x3a ? code - 0x30 : code - 0x57)
  }
  return number
}

/** The first correlation identifier in a message, wherever it stands. */
export const correlationIn = (text: string): string | undefined => pattern.exec(text)?.[0].toLowerCase()

/** What stands in a baseline where the identifier of the execution is to be. */
export const anyCorrelation = correlationOf(0)
