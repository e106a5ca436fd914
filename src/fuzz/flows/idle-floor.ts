import { createSocket } from 'node:dgram'
import { header } from '#wire/sip'
import type { FuzzCase } from '../case.ts'
import { complaint, type Complaint } from '../oracle.ts'
import { methodOf } from './dialogs.ts'
import { ending, latin1, type Playing } from './disturbance.ts'
import { brokenPackets, octetsOf } from './broken-floor-packets.ts'
import { any, type FlowOperator, type FlowSetting } from './flow-operator.ts'

/** Packets of RTCP that ask for nothing, by what they are; where there are several, they come in turns. */
const packets: Readonly<Record<string, readonly Uint8Array[]>> = {
  'Floor Ack of nobody': octetsOf('8acc00020000000a4d435054'),
  'receiver report of nobody': octetsOf('80c900010000000a'),
  'octets that are no packet': octetsOf('00000000'),
  'packets that are ignored, in turns': brokenPackets,
}
/** Nothing is sent: what becomes of the call then is what has to become of it in any case. */
const nothing = 'nothing'

/** Milliseconds between two of them, and for how long: past the time T4 of TS 24.380 11.2, which is 30 s. */
const between = 500
const longest = 36_000

/** Nobody has the floor, nobody hangs up, and somebody who is none of them sends what asks for nothing. */
export const idleFloor: FlowOperator = {
  name: 'idle floor',
  clause: 'TS 24.380 11.2',
  parameters: Object.keys(packets),
  suits: ({ step }) => step === ending,
  takesLong: ['iopsControllingServer'],
  isApart: true,
  outcome: any,
  act(setting, p) {
    const { playing, peer } = setting
    const ports = floorPorts(playing)
    if (ports.length === 0) return false
    playing.deaf = true
    playing.deafSince = performance.now()
    const socket = createSocket('udp4')
    socket.on('error', () => undefined)
    socket.unref()
    const all = packets[p] ?? []
    let turn = 0
    const sending = setInterval(() => {
      const octets = all[turn % all.length]
      turn += 1
      if (octets !== undefined) for (const port of ports) socket.send(octets, port, peer.remote.address)
    }, between)
    sending.unref()
    setting.later(longest, () => {
      clearInterval(sending)
      socket.close()
    })
    return true
  },
}

/** Where the entity under test takes floor control, as its offers and answers say. */
const floorPorts = ({ log }: FlowSetting['playing']): readonly number[] => [
  ...new Set(
    log
      .filter(({ direction, message }) => direction === 'received' && header(message, 'Content-Type') !== undefined)
      .flatMap(({ octets }) => [...latin1(octets).matchAll(/^m=application (\d+)/gm)].map(([, port]) => Number(port)))
      .filter((port) => port > 0),
  ),
]

export const isIdle = ({ ops }: FuzzCase): boolean => ops.some(({ op }) => op === idleFloor.name)

/** The same case, with nothing sent. */
export const leftQuiet = (one: FuzzCase): FuzzCase | undefined =>
  one.ops.some(({ op, p }) => op === idleFloor.name && p !== nothing)
    ? { ...one, ops: one.ops.map((each) => (each.op === idleFloor.name ? { ...each, p: nothing } : each)) }
    : undefined

/** Whether the call was ended, as far as that was looked at. */
export const isKept = ({ what }: Complaint): boolean => what === kept

const kept = 'a call in which nobody asks for the floor is kept for what comes from nobody'

/** TS 24.380 11.2: whoever has the floor control ends the call when nobody has asked for the floor for that long. */
export function idleKept(one: FuzzCase, { log, deafSince }: Playing): readonly Complaint[] {
  if (!isIdle(one) || deafSince === undefined) return []
  const isOver = log.some(
    ({ direction, message, at }) => direction === 'received' && at > deafSince && methodOf(message) === 'BYE',
  )
  if (isOver) return []
  return [
    complaint(
      'legs',
      'TS 24.380 11.2',
      'robustness',
      kept,
      'BYE after T4, as where nothing comes',
      `none for ${longest / 1000} s`,
    ),
  ]
}
