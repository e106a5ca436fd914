import { actors } from '#flow'

/** The entities of figure 10.16.y.3-1: MC system A is the primary one of MC service user 2, who has migrated to B. */
export const {
  callingClient,
  primaryServer,
  primaryGateway,
  partnerGateway,
  partnerServer,
  secondPartnerServer,
  calledClient,
  secondConfigurationServer,
} = actors({
  callingClient: 'MC service client 1',
  primaryServer: 'MC service server A',
  primaryGateway: 'MC gateway server A',
  partnerGateway: 'MC gateway server B',
  partnerServer: 'MC service server B',
  secondPartnerServer: 'MC service server C',
  calledClient: 'MC service client 2',
  secondConfigurationServer: 'configuration management server C',
})
