import type { Field, Location } from './index.ts'

// How tshark's dissector calls what is in our fields.

/** Fields of the dissector with the values it shows. */
type Said = readonly (readonly [field: string, value: string])[]

const data = (name: string, value: number): Said[number] => [`rtcp.app_data.mcptt.${name}`, String(value)]
const text = (name: string, value: string): Said[number] => [name, value]

function locationSaid(location: Location): Said {
  switch (location.type) {
    case 'not-provided':
      return [data('loc_type', 0)]
    case 'cell':
      return [
        data('loc_type', 1),
        data('cellid', location.cell & 0xff),
        data('enodebid', (location.cell >>> 8) & 0xf_ffff),
      ]
    case 'tracking-area':
      return [data('loc_type', 2), data('tac', location.area)]
    case 'plmn':
      return [data('loc_type', 3)]
    case 'service-area':
      return [data('loc_type', 4), data('mbms_serv_area', location.area)]
    case 'mbsfn-area':
      return [data('loc_type', 5), data('mbsfn_area_id', location.area)]
    case 'coordinates':
      return [data('loc_type', 6), data('lat', location.latitude), data('long', location.longitude)]
  }
}

/** The dissector's fields for one of ours. */
export function said(field: Field, subtype: number): Said {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what the dissector does not know has no fields in it
  switch (field.field) {
    case 'floor-priority':
      return [data('priority', field.value.value)]
    case 'duration':
      return [data('duration', field.value)]
    case 'reject-cause': {
      const table = subtype === 3 ? '.floor_deny' : subtype === 6 ? '.floor_revoke' : ''
      const phrase = field.value.phrase === '' ? [] : [text('rtcp.mcptt.rej_phrase', field.value.phrase)]
      return [data(`rej_cause${table}`, field.value.cause), ...phrase]
    }
    case 'queue-info':
      return [data('queue_pos_inf', field.value.position), data('queue_pri_lev', field.value.priority)]
    case 'granted-party':
      return [text('rtcp.mcptt.granted_partys_id', field.value)]
    case 'permission':
      return [data('perm_to_req_floor', field.value)]
    case 'user-id':
      return [text('rtcp.app_data.mcptt.user_id', field.value)]
    case 'queue-size':
      return [data('queue_size', field.value)]
    case 'message-sequence-number':
      return [data('msg_seq_num', field.value)]
    case 'queued-user-id':
      return [text('rtcp.mcptt.queued_user_id', field.value)]
    case 'source':
      return [data('source', field.value)]
    case 'track-info':
      return [
        data('queueing_cap', field.value.queueing),
        data('part_type_len', Buffer.byteLength(field.value.participantType)),
        text('rtcp.mcptt.participant_type', field.value.participantType),
        ...field.value.references.map((one) => data('floor_participant_ref', one)),
      ]
    case 'message-type':
      return [data('msg_type', field.value.value)]
    case 'floor-indicator':
      return [data('floor_ind', field.value)]
    case 'ssrc':
      return [data('rtcp', field.value.ssrc)]
    case 'granted-users':
      return [
        data('num_users', field.value.length),
        ...field.value.map((one) => text('rtcp.app_data.mcptt.user_id', one)),
      ]
    case 'ssrcs':
      return [data('num_ssrc', field.value.ssrcs.length), ...field.value.ssrcs.map((one) => data('rtcp', one))]
    case 'functional-alias':
      return [text('rtcp.mcptt.func_alias', field.value)]
    case 'functional-aliases':
      return [data('num_fa', field.value.length), ...field.value.map((one) => text('rtcp.mcptt.func_alias', one))]
    case 'location':
      return locationSaid(field.value)
    case 'locations':
      return [data('num_loc', field.value.length), ...field.value.slice(0, 1).flatMap(locationSaid)]
    case 'subchannel': {
      const { audioLine, floorLine, version, floorPort, mediaPort, address } = field.value
      const mccp = (name: string, value: number | string): Said[number] => [`rtcp.app_data.mccp.${name}`, String(value)]
      const shown = version === 0 ? address.join('.') : 'ff0e::abcd'
      return [
        mccp('audio_m_line_no', audioLine),
        mccp('floor_m_line_no', floorLine),
        mccp('ip_version', version),
        ...(floorPort === undefined ? [] : [mccp('floor_port_no', floorPort)]),
        mccp('media_port_no', mediaPort),
        mccp(version === 0 ? 'ipv4' : 'ipv6', shown),
      ]
    }
    case 'group-identity':
      return [text('rtcp.app_data.mccp.mcptt_grp_id', field.value)]
    case 'tmgi':
      return [text('rtcp.app_data.mccp.tmgi', Buffer.from(field.value).toString('hex'))]
    default:
      // Fields that are younger than the dissector, or not in it: it shows their octets at least.
      return []
  }
}

const names = [
  ...[
    'cellid',
    'duration',
    'enodebid',
    'floor_ind',
    'floor_participant_ref',
    'lat',
    'loc_type',
    'long',
    'mbms_serv_area',
  ],
  ...['mbsfn_area_id', 'msg_seq_num', 'msg_type', 'num_fa', 'num_loc', 'num_ssrc', 'num_users', 'part_type_len'],
  ...['perm_to_req_floor', 'priority', 'queue_pos_inf', 'queue_pri_lev', 'queue_size', 'queueing_cap', 'rej_cause'],
  ...['rej_cause.floor_deny', 'rej_cause.floor_revoke', 'rtcp', 'source', 'tac', 'user_id'],
].map((name) => `rtcp.app_data.mcptt.${name}`)
const subchannelNames = [
  'audio_m_line_no',
  'floor_m_line_no',
  'floor_port_no',
  'ip_version',
  'ipv4',
  'ipv6',
  'mcptt_grp_id',
  'media_port_no',
  'tmgi',
]
/** Every field that is compared. */
export const fields = [
  ...names,
  ...subchannelNames.map((name) => `rtcp.app_data.mccp.${name}`),
  ...['func_alias', 'granted_partys_id', 'participant_type', 'queued_user_id', 'rej_phrase'].map(
    (name) => `rtcp.mcptt.${name}`,
  ),
]
