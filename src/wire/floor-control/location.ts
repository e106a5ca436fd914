import type { Layout } from './field-layouts.ts'
import type { Location } from './field-values.ts'

interface LocationForm {
  readonly type: Location['type']
  /** Octets after the location type. */
  readonly octets: number
}

/** Location types (8.2.3.21), in the order of their numbers. */
const forms: readonly LocationForm[] = [
  { type: 'not-provided', octets: 0 },
  { type: 'cell', octets: 7 },
  { type: 'tracking-area', octets: 5 },
  { type: 'plmn', octets: 3 },
  { type: 'service-area', octets: 2 },
  { type: 'mbsfn-area', octets: 1 },
  { type: 'coordinates', octets: 6 },
]

// | location type | value, as long as its type says ...           |
export const location: Layout<Location> = {
  shape: 'a location type of 0 to 6 and the value it asks for',
  read: (octets) => {
    const read = readLocation(octets, 0)
    return read !== undefined && read.end === octets.length ? read.location : undefined
  },
  write: writeLocation,
}

// |     count     | location type | value ...                     |  type and value as often as counted
export const locations: Layout<readonly Location[]> = {
  shape: 'a count and as many locations',
  read: (octets) => {
    const [count] = octets
    if (count === undefined) return undefined
    const list: Location[] = []
    let at = 1
    for (let index = 0; index < count; index += 1) {
      const read = readLocation(octets, at)
      if (read === undefined) return undefined
      list.push(read.location)
      at = read.end
    }
    return at === octets.length ? list : undefined
  },
  write: (list) => Buffer.concat([Uint8Array.of(list.length), ...list.map(writeLocation)]),
}

function readLocation(octets: Buffer, at: number): { location: Location; end: number } | undefined {
  const form = forms[octets[at] ?? forms.length]
  if (form === undefined) return undefined
  const start = at + 1
  const end = start + form.octets
  if (end > octets.length) return undefined
  return { location: readForm(form.type, octets, start), end }
}

function readForm(type: Location['type'], octets: Buffer, at: number): Location {
  switch (type) {
    case 'not-provided':
      return { type }
    case 'cell':
      return { type, plmn: octets.readUIntBE(at, 3), cell: octets.readUInt32BE(at + 3) }
    case 'tracking-area':
      return { type, plmn: octets.readUIntBE(at, 3), area: octets.readUInt16BE(at + 3) }
    case 'plmn':
      return { type, plmn: octets.readUIntBE(at, 3) }
    case 'service-area':
      return { type, area: octets.readUInt16BE(at) }
    case 'mbsfn-area':
      return { type, area: octets.readUInt8(at) }
    case 'coordinates':
      return { type, latitude: octets.readUIntBE(at, 3), longitude: octets.readUIntBE(at + 3, 3) }
  }
}

function writeLocation(value: Location): Uint8Array {
  const number = forms.findIndex(({ type }) => type === value.type)
  const octets = Buffer.alloc(1 + (forms[number]?.octets ?? 0))
  octets.writeUInt8(number, 0)
  switch (value.type) {
    case 'not-provided':
      break
    case 'cell':
      octets.writeUIntBE(value.plmn, 1, 3)
      octets.writeUInt32BE(value.cell, 4)
      break
    case 'tracking-area':
      octets.writeUIntBE(value.plmn, 1, 3)
      octets.writeUInt16BE(value.area, 4)
      break
    case 'plmn':
      octets.writeUIntBE(value.plmn, 1, 3)
      break
    case 'service-area':
      octets.writeUInt16BE(value.area, 1)
      break
    case 'mbsfn-area':
      octets.writeUInt8(value.area, 1)
      break
    case 'coordinates':
      octets.writeUIntBE(value.latitude, 1, 3)
      octets.writeUIntBE(value.longitude, 4, 3)
      break
  }
  return octets
}
