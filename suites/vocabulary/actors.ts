import { actors } from '#flow'

export const {
  client,
  partnerServer,
  secondPartnerServer,
  partnerGateway,
  primaryGateway,
  primaryServer,
  partnerConfigurationServer,
} = actors({
  client: 'MC service client',
  partnerServer: 'partner MC service server',
  secondPartnerServer: 'further partner MC service server',
  partnerGateway: 'partner MC gateway server',
  primaryGateway: 'primary MC gateway server',
  primaryServer: 'primary MC service server',
  partnerConfigurationServer: 'partner configuration management server',
})
