import { checks, states } from '#flow'
import { groupId, mcServiceId, partnerSystem } from './values.ts'

export const { permittedFromPrimary, permittedToPartner } = checks({
  permittedFromPrimary: {
    that: 'migration to the partner MC system is permitted from the primary MC system of the MC service user',
    about: [mcServiceId],
    ways: {
      anyUser: 'no user of that primary MC system may migrate to the partner MC system',
      thisUser: 'this MC service user may not migrate to the partner MC system',
    },
  },
  permittedToPartner: {
    that: 'migration is permitted to that partner MC system, and for this MC service user',
    about: [mcServiceId, partnerSystem],
    ways: {
      thatPartner: 'migration to that partner MC system is not permitted',
      thisUser: 'this MC service user may not migrate to that partner MC system',
    },
  },
})

export const { mayBeServed } = checks({
  mayBeServed: {
    that: 'the MC service user may use the MC service in the primary MC system',
    about: [mcServiceId],
    ways: { notServed: 'this MC service user may not use the MC service' },
  },
})

export const { affiliated, serviceAuthorized, servedInPrimary, migrated, userInformed } = states({
  serviceAuthorized: {
    that: 'the MC service user is service authorized on the partner MC system',
    about: [mcServiceId],
  },
  servedInPrimary: {
    that: 'the MC service user is service authorized in the primary MC system',
    about: [mcServiceId],
  },
  migrated: {
    that: 'the MC service user is marked as having migrated',
    about: [mcServiceId],
    observedBy: 'redirection/private-call',
  },
  affiliated: {
    that: 'the MC service user is affiliated to the MC service group',
    about: [mcServiceId, groupId],
    observedBy: 'group/affiliation-status',
  },
  userInformed: {
    that: 'the MC service user may be told that the group call goes on',
    about: [mcServiceId, groupId],
  },
})
