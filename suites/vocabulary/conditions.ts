import { conditions } from '#flow'

export const { temporaryIdentityAllocated } = conditions({
  temporaryIdentityAllocated: 'the partner MC system has allocated a temporary identity to the MC service user',
})

export const { emergencyCommunication } = conditions({
  emergencyCommunication: 'the ongoing communication is an emergency communication',
})

export const { endToEndEncryption, withFloorControl, automatic, session } = conditions({
  endToEndEncryption: 'end-to-end encryption is required',
  withFloorControl: 'the private call is with floor control',
  automatic: 'automatic commencement is requested',
  session: 'the private communication is a session',
})
