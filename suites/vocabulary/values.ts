import { literals, values } from '#flow'

export const { mcServiceId, temporaryId, partnerSystem, credentials, userProfileIndex } = values({
  mcServiceId: 'mcServiceId',
  temporaryId: 'mcServiceId',
  partnerSystem: 'systemId',
  credentials: 'credentials',
  userProfileIndex: 'profileIndex',
})

export const { accepted, refused } = literals('result', 'accepted', 'refused')
