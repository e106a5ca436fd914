import { checks } from '#flow'
import { calledParty, callingParty, migratedParty } from '../vocabulary/values.ts'

export const { mayCall, hasMigrated, takesCall, takesCallAtHome } = checks({
  mayCall: {
    that: 'MC service user 1 is authorized to make this private call',
    about: [callingParty, calledParty],
    ways: {
      noPrivateCalls: 'MC service user 1 is not authorized to make private calls',
      thisTarget: 'MC service user 1 is not authorized to call MC service user 2',
    },
  },
  hasMigrated: {
    that: 'MC service user 2 has migrated to MC system B, with a new MC service ID assigned by MC system B',
    about: [calledParty],
    ways: { notMigrated: 'MC service user 2 has not migrated, and is not served by MC system A' },
  },
  takesCall: {
    that: 'MC service user 2 takes the private call',
    about: [migratedParty],
    ways: { declined: 'MC service user 2 declines the private call' },
  },
  takesCallAtHome: {
    that: 'MC service user 2 takes the private call',
    about: [calledParty],
    ways: { declined: 'MC service user 2 declines the private call' },
  },
})
