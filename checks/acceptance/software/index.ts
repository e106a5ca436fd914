import { baresip } from './baresip.ts'
import { kamailio } from './kamailio.ts'
import { linphone } from './linphone.ts'
import { sipp } from './sipp.ts'

/** Programs of others, by the names of `npm run acceptance -- real-software`. */
export const software = { kamailio, baresip, sipp, linphone } as const
