import type { DefectRows } from './defects.ts'

const procedure = 'TS 23.280 10.16.y.3'

/** Wrong behaviours that tell somebody more than the stage-2 messages do. */
export const disclosureDefects = {
  'partner-server-home-identity-shown': [
    'partnerServer',
    procedure,
    'names in its answer to a private call the identity that the called user has in the primary MC system',
  ],
  'visiting-caller-home-identity-shown': [
    'partnerServer',
    procedure,
    'names in the private call of a visitor the identity that the visitor has in the primary MC system',
  ],
  'partner-gateway-home-identity-shown': [
    'partnerGateway',
    procedure,
    'names in the answer to a private call the identity that the called user has in the primary MC system',
  ],
  'partner-gateway-acknowledgement-host-leaked': [
    'partnerGateway',
    'TR 23.781 6.3',
    'names the partner MC service server in its response to a request of the primary MC system',
  ],
  'primary-gateway-acknowledgement-host-leaked': [
    'primaryGateway',
    'TR 23.781 6.3',
    'names the primary MC service server in its response to a request of the partner MC system',
  ],
} as const satisfies DefectRows
