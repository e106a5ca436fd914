import { bindingsOf, rel18, valuesOf, type RequestBinding } from '#bindings'

/** The binding of a message that travels as a request. */
export function requestBinding(message: string, alternative: 'publish' | 'register' = 'publish'): RequestBinding {
  const found = bindingsOf(rel18, 'mcptt', alternative).find((one) => one.message === message)
  if (found?.carrier !== 'request') throw new Error(`${message} is no SIP request in profile ${rel18.name}`)
  return found
}

export const values = valuesOf(rel18, 'mcptt')
