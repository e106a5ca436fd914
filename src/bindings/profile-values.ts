/** What the published specifications leave open, or what a deployment may set. Every one has a default. */
export interface ProfileValues {
  readonly serviceIdentifier: string
  readonly featureTag: string
  readonly event: string
  /** Seconds. */
  readonly expires: number
  readonly anyExtPlacement: 'root' | 'params'
  readonly migrationRequestType: string
  readonly migrationResponseType: string
  readonly resultType: 'boolean' | 'string'
  readonly acceptedText: string
  readonly refusedText: string
  readonly refusalStatus: number
  readonly refusalReason: string
  readonly refusalWarningCode: string
  readonly refusalWarningText: string
  readonly userRefusalWarningCode: string
  readonly userRefusalWarningText: string
  readonly gatewayRefusalWarningCode: string
  readonly gatewayRefusalWarningText: string
  readonly accessTokenScope: string
  readonly multipartBoundary: string
  readonly repeatIdentities: boolean
}
