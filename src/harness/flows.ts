import type { Flow } from '#flow'
import { groupCallContinuity, privateCallContinuity } from '../../suites/continuity/call-continuity.flow.ts'
import iopsGroupCall from '../../suites/continuity/iops-group-call.flow.ts'
import iopsPrivateCall from '../../suites/continuity/iops-private-call.flow.ts'
import secondSwitch from '../../suites/continuity/second-switch.flow.ts'
import primaryAttachment from '../../suites/continuity/primary-attachment.flow.ts'
import duringPrivateCommunication from '../../suites/migration/during-private-communication.flow.ts'
import affiliationStatus from '../../suites/group/affiliation-status.flow.ts'
import prearrangedCallReception from '../../suites/group/prearranged-call-reception.flow.ts'
import duringGroupCommunication from '../../suites/migration/during-group-communication.flow.ts'
import serviceAuthorization from '../../suites/migration/service-authorization.flow.ts'
import serviceDeauthorization from '../../suites/migration/service-deauthorization.flow.ts'
import migrationOnceMore from '../../suites/migration/consecutive-migration.flow.ts'
import consecutiveMigration from '../../suites/redirection/consecutive-migration.flow.ts'
import endlessRedirection from '../../suites/redirection/endless-redirection.flow.ts'
import returnAfterLeaving from '../../suites/migration/return-after-leaving.flow.ts'
import returnDuringPrivateCommunication from '../../suites/migration/return-during-private-communication.flow.ts'
import returnToPrimary from '../../suites/migration/return-to-primary.flow.ts'
import returnedUser from '../../suites/redirection/returned-user.flow.ts'
import privateCall from '../../suites/redirection/private-call.flow.ts'

/** Every flow that is played, in the order in which it is listed. */
export const flows: readonly Flow[] = [
  serviceAuthorization,
  serviceDeauthorization,
  migrationOnceMore,
  returnToPrimary,
  returnAfterLeaving,
  privateCall,
  consecutiveMigration,
  returnedUser,
  endlessRedirection,
  duringPrivateCommunication,
  returnDuringPrivateCommunication,
  prearrangedCallReception,
  affiliationStatus,
  duringGroupCommunication,
  primaryAttachment,
  iopsGroupCall,
  iopsPrivateCall,
  groupCallContinuity,
  privateCallContinuity,
  secondSwitch,
]
