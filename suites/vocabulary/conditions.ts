import { conditions } from '#flow'

export const { temporaryIdentityAllocated } = conditions({
  temporaryIdentityAllocated: 'the partner MC system has allocated a temporary identity to the MC service user',
})
