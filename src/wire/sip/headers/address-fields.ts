import { type Family, many, one } from '../header-family.ts'
import type { NameAddress } from '../message.ts'
import { error } from '../rule.ts'
import { type AddressReading, scanAddress, writeNameAddress } from './name-address.ts'

const malformed = error('name-address-malformed', 'RFC 3261 20.10')

/** One address: From, To, Reply-To (RFC 3261 20.20, 20.39, 20.31), Refer-To, Referred-By, P-Served-User, ... */
export const oneAddress = (clause: string): Family<AddressReading, NameAddress> =>
  one<AddressReading, NameAddress>(clause, {
    value: (source, from, end) => scanAddress(source, from, end, clause, false),
    malformed,
    write: writeNameAddress,
  })

/** Addresses between commas: Route, Record-Route, Path, Service-Route, P-Asserted-Identity, P-Associated-URI, ... */
export const addresses = (clause: string, mayBeEmpty = false): Family<AddressReading, NameAddress> =>
  many<AddressReading, NameAddress>(clause, {
    value: (source, from, end) => scanAddress(source, from, end, clause, true),
    malformed,
    write: writeNameAddress,
    mayBeEmpty,
  })
