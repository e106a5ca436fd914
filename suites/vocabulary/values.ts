import { literals, values } from '#flow'

/** Of who migrates once more: the identity of the MC system that was left, and those of the one that followed. */
export const { formerParty, furtherParty, secondPartnerSystem, secondCredentials } = values({
  formerParty: 'mcServiceId',
  furtherParty: 'mcServiceId',
  secondPartnerSystem: 'systemId',
  secondCredentials: 'credentials',
})

/** What admits a user to the primary MC system. */
export const { primaryCredentials, callerPrimaryCredentials, primaryProfileCredentials } = values({
  primaryCredentials: 'credentials',
  callerPrimaryCredentials: 'credentials',
  primaryProfileCredentials: 'credentials',
})

/** To whom a private call is redirected, and then redirected again. */
export const { firstTarget, secondTarget, thirdTarget, fourthTarget, fifthTarget, sixthTarget } = values({
  firstTarget: 'mcServiceId',
  secondTarget: 'mcServiceId',
  thirdTarget: 'mcServiceId',
  fourthTarget: 'mcServiceId',
  fifthTarget: 'mcServiceId',
  sixthTarget: 'mcServiceId',
})

/** Of a group communication; whoever migrates is served in the partner MC system by an identity of that system. */
export const { groupId, servedIdentity, servedProfileCredentials } = values({
  groupId: 'groupId',
  servedIdentity: 'mcServiceId',
  servedProfileCredentials: 'credentials',
})

export const { callingParty, calledParty, migratedParty, securityDomain } = values({
  callingParty: 'mcServiceId',
  calledParty: 'mcServiceId',
  migratedParty: 'mcServiceId',
  securityDomain: 'securityDomain',
})

/** Of the calling party who migrates: the identity for use whilst migrated, and what admits to the MC system. */
export const { migratedCaller, callerCredentials, profileCredentials } = values({
  profileCredentials: 'credentials',
  migratedCaller: 'mcServiceId',
  callerCredentials: 'credentials',
})

export const { endToEndSecurity, floorControl, automaticCommencement } = values({
  endToEndSecurity: 'indication',
  floorControl: 'indication',
  automaticCommencement: 'indication',
})

export const { mcServiceId, temporaryId, partnerSystem, credentials, userProfileIndex } = values({
  mcServiceId: 'mcServiceId',
  temporaryId: 'mcServiceId',
  partnerSystem: 'systemId',
  credentials: 'credentials',
  userProfileIndex: 'profileIndex',
})

export const { accepted, refused } = literals('result', 'accepted', 'refused')
export const { migrated: hasMigratedReason, migrating: isMigratingReason } = literals('reason', 'migrated', 'migrating')
