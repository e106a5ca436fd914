import type { Service } from './service.ts'

/** Where and how the user profile of a service stands at a configuration management server (TS 24.484 8.3.2). */
export const userProfileOf = (service: Service) => {
  const root = `${service}-user-profile`
  return {
    /** Application unique ID of XCAP (RFC 4825 6.3). */
    application: `org.3gpp.${service}.user-profile`,
    type: `application/vnd.3gpp.${root}+xml`,
    root,
    namespace: `urn:3gpp:${service}:user-profile:1.0`,
  }
}

/** A path segment (RFC 3986 3.3); what may stand there as it is does. */
export const segment = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll('%3A', ':').replaceAll('%40', '@')

export const segmentText = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
