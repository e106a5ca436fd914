import { actors } from '#flow'

export const {
  participatingServer,
  iopsParticipatingServer,
  iopsControllingServer,
  otherParticipatingServer,
  secondPartnerServer,
} = actors({
  participatingServer: 'participating MC service server in the primary MC system',
  iopsParticipatingServer: 'participating MC service server in the IOPS MC system',
  iopsControllingServer: 'controlling MC service server in the IOPS MC system',
  otherParticipatingServer: 'participating MC service server of another party in the IOPS MC system',
  secondPartnerServer: 'MC service server of another MC system',
})
