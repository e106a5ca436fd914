import { sessionDescriptionIn, type Media } from '#bindings'
import type { ArrivalProblem, SpeechOrder, SpeechProblem, SpeechReport } from '#play'
import { systemClock } from '#stack/sip'
import {
  createFloorParticipant,
  createListener,
  createPacemaker,
  createTalker,
  floorMessageName,
  mediaTimeLine,
  openMediaPort,
  pathFigures,
  sessionMedia,
  settledSpeech,
  streamFigures,
  type Talker,
} from '#stack/media'
import { createDisturbance, type Address, type Direction } from '#transport'
import type { MediaTimeLine } from '#verdict'
import { fieldValue } from '#wire/floor-control'
import { readSdp } from '#wire/sdp'
import type { SipMessage } from '#wire/sip'
import { setTimeout } from 'node:timers/promises'
import type { Configuration } from '../configuration.ts'
import type { FlowRole } from '../world/functional-entity.ts'
import { judgePlace, takeFloor } from './case-floor.ts'
import { judgeIndicators } from './floor-indication.ts'
import { judgeFigures, judgePaths, strangersIn } from './media-figures.ts'
import { ssrcOf, waitFor, type Find, type Leg } from './media-leg.ts'
import { createMediaOctets } from './media-octets.ts'

/** The media of one user of a case: a leg for each dialog of the tester, one listener for all that it is to hear. */
export interface CaseMedia {
  /** Opens the ports of a dialog that this role begins or accepts. */
  open(role: FlowRole): Promise<void>
  /** Where this role receives. */
  mediaOf(role: FlowRole): Media | undefined
  /** The other end of the role's dialog, as its offer or answer says. */
  connect(role: FlowRole, described: SipMessage): void
  speak(order: SpeechOrder): Promise<SpeechReport | undefined>
  /** From now on nothing of this role's media gets through in these directions. */
  lose(role: FlowRole, lanes: readonly Direction[]): void
  /** What is wrong with what the others were told when a role vanished that had the floor. */
  heardOfLoss(role: FlowRole): readonly ArrivalProblem[]
  close(): void
}

export interface CaseMediaOptions {
  readonly address: string
  readonly limits: Configuration['media']
  /** Clock time that the time line calls 0. */
  readonly origin: number
  /** Whether the communication is an emergency one. */
  readonly emergency: boolean
  /** MC service ID of who is heard by way of the servers of others. */
  readonly otherUser: string
  tell(timeLine: MediaTimeLine): void
}

/** One for all talkers of the process. */
const pacemaker = createPacemaker(systemClock)
export function createCaseMedia({ address, limits, origin, emergency, otherUser, tell }: CaseMediaOptions): CaseMedia {
  const clock = systemClock
  const legs = new Map<FlowRole, Leg>()
  const all: Leg[] = []
  let floorSet: Promise<void> | undefined

  let brokenOff: { readonly order: SpeechOrder; readonly told: number } | undefined

  const endOf = ({ audio }: Leg): string => `${audio.local.address}:${audio.local.port}`

  function talkerOn(leg: Leg, name: string): Talker {
    const talker =
      leg.talker ??
      createTalker({
        name,
        ssrc: ssrcOf(name),
        clock,
        pacemaker,
        send: (octets) => void (leg.remote?.audio && leg.audio.send(octets, leg.remote.audio)),
      })
    leg.talker = talker
    return talker
  }

  async function open(role: FlowRole): Promise<void> {
    // A party is switched when somebody else has the floor and the party waits for it: else nothing of that could be lost.
    if (role === 'participatingServer') await floorSet
    const listener = createListener(role)
    const disturbance = createDisturbance(() => 0)
    const told: string[] = []
    const indicated: Leg['indicated'] = []
    const judged = createMediaOctets(role)
    const [audio, floor] = await Promise.all([
      openMediaPort({
        address,
        clock,
        disturbance,
        // Which path it took shows at the port that it comes to.
        onRtp: (packet, arrival) => listener.hear(packet, { ...arrival, from: audio.local }),
        onWrong: judged.packet,
      }),
      openMediaPort({
        address,
        clock,
        disturbance,
        onWrong: judged.packet,
        onControl(reading, arrival) {
          const { message } = reading
          judged.control(reading, arrival)
          const name = floorMessageName(message)
          told.push(name ?? 'another message')
          if (name !== undefined)
            indicated.push({ name, bits: fieldValue(message, 'floor-indicator'), at: clock.now() })
          leg.place = fieldValue(message, 'queue-info')?.position ?? leg.place
          leg.participant.receive(message)
        },
      }),
    ])
    const participant = createFloorParticipant({
      clock,
      ssrc: ssrcOf(`${role} ${audio.local.port}`),
      send: (octets) => void (leg.remote?.floor && floor.send(octets, leg.remote.floor)),
    })
    const leg: Leg = {
      role,
      audio,
      floor,
      listener,
      participant,
      disturbance,
      octets: judged,
      told,
      indicated,
      place: undefined,
      remote: undefined,
      connectedAt: 0,
      talker: undefined,
    }
    legs.set(role, leg)
    all.push(leg)
  }

  /**
   * Who is heard from far away talks from the beginning, so that the change of path shows in what is heard; who is to be
   * switched waits for the floor, so that it shows whether the place in the queue goes along.
   */
  async function setFloor(far: Leg, near: Leg | undefined): Promise<void> {
    const isDecided = ({ participant }: Leg): boolean => participant.state() !== 'pending-request'
    // Whoever asks as the only one who takes part yet is denied the floor, and asks again (TS 24.380 8.2.6, cause 3).
    for (let again = 0; again < attempts && far.participant.state() !== 'has-permission'; again++) {
      if (again > 0) await setTimeout(settleAfter)
      far.participant.request({ emergency })
      if (!(await waitFor(clock, () => isDecided(far)))) return
    }
    if (far.participant.state() !== 'has-permission') return
    talkerOn(far, otherUser).talk()
    near?.participant.request({ emergency })
    if (near) await waitFor(clock, () => isDecided(near))
  }

  async function speak(order: SpeechOrder): Promise<SpeechReport | undefined> {
    const [from, to] = [legs.get(order.from as FlowRole), legs.get(order.to as FlowRole)]
    const former = order.former === undefined ? undefined : legs.get(order.former as FlowRole)
    if (!from?.remote?.audio || !to) return undefined
    const problems: SpeechProblem[] = []
    const find: Find = (field, requirement, expected, actual, source = order.source, lateness) =>
      void problems.push({ field, requirement, source, expected: [expected], actual, lateness })
    const began = clock.now()
    const talked = from.talker?.talking() === true
    if (!order.silent && !talked) await takeFloor(clock, order, emergency, from, to, find)
    if (former && order.decides && talked) await judgePlace(clock, former, to, find)
    const heardBefore = order.silent ? to.listener.heard().length : 0
    const talker = talkerOn(from, order.talker)
    talker.talk()
    await setTimeout(limits.talk)
    if (order.broken) {
      brokenOff = { order, told: to.told.length }
      return { text: 'it breaks off', problems: [] }
    }
    talker.silence()
    const idle = to.told.includes('idle')
    const listeners = [...(former ? [former.listener] : []), to.listener]
    if (order.silent) await setTimeout(settleAfter)
    else
      await settledSpeech({
        clock,
        listeners,
        spoken: () => talker.spoken(),
        ...settling(limits),
      })
    if (order.decides) {
      // Not before all has come: what is on its way to another port may come behind the release.
      from.participant.release()
      const switched = former && { to, at: to.connectedAt }
      judgeIndicators({ emergency, legs: former ? [from, to, former] : [from, to], switched }, find)
    }
    const spoken = talker.spoken()
    for (const leg of all) leg.octets.judge(find)
    if (order.silent) {
      const came = to.listener.heard().length - heardBefore
      if (came > 0)
        find(
          'media',
          'media of a user who has been handed over does not pass any longer',
          '0 packets',
          `${came} packets`,
        )
      return { text: `${came} packets by the former path`, problems }
    }
    const heard = [...(former?.listener.heard() ?? []), ...to.listener.heard()]
    const window = { from: talked ? (spoken.spurts[0]?.from ?? began) : began, to: clock.now() }
    const figures = streamFigures(to.role, heard, spoken, window)
    const gap = figures.longestGap === undefined ? 0 : figures.longestGap.length - figures.longestGap.ofOurMaking
    const change = former && { at: to.connectedAt, oldEnds: new Set([endOf(former)]), allowance: limits.allowance }
    const paths = change && pathFigures(heard, change)
    judgeFigures(
      { ...figures, gap, ofTo: to.listener.heard().length, strangers: strangersIn(heard, spoken.talker) },
      limits,
      find,
    )
    if (paths && change) judgePaths(paths, change, find)
    if (idle && talked)
      find('floor', 'whoever held the floor holds it when a party was switched', 'no Floor Idle', to.told.join(', '))
    const pathNames = new Map(all.map((leg) => [endOf(leg), `to the ${leg.role}`] as const))
    const streams = [{ listener: to.role, heard, spoken }]
    tell(mediaTimeLine({ streams, window, origin, gapsFrom: limits.longestGap, pathNames, ...(change && { change }) }))
    const told = paths ? `, ${paths.onOldPath} by the former path, ${paths.onBothPaths} by both` : ''
    return {
      text: `${figures.received} of ${figures.sent} packets, longest gap ${Math.round(gap)} ms, ${figures.duplicated} twice, ${figures.reordered} out of order${told}`,
      problems,
    }
  }

  return {
    open,
    mediaOf(role) {
      const leg = legs.get(role)
      return leg && { address, audioPort: leg.audio.local.port, floorPort: leg.floor.local.port }
    },
    connect(role, described) {
      const leg = legs.get(role)
      const octets = sessionDescriptionIn(described)
      if (!leg || octets === undefined) return
      const { audio, floor } = sessionMedia(readSdp(octets))
      leg.remote = { audio: audio?.remote, floor: floor?.remote }
      leg.connectedAt = clock.now()
      const far = legs.get('otherParticipatingServer')
      if (far?.remote && all.some((one) => one !== far && one.remote))
        floorSet ??= setFloor(far, legs.get('iopsParticipatingServer'))
    },
    speak,
    lose(role, lanes) {
      for (const leg of all) if (leg.role === role) for (const direction of lanes) leg.disturbance.cut({ direction })
    },
    heardOfLoss(role) {
      const { order, told = 0 } = brokenOff ?? {}
      const isUnheard = legs.get(role)?.disturbance.loses('sent', nowhere) === true
      if (!order?.decides || order.from !== role || !isUnheard) return []
      const since = legs.get(order.to as FlowRole)?.told.slice(told) ?? []
      if (since.includes('idle')) return []
      return [
        {
          field: 'floor',
          requirement: 'the floor of a talker of whom no media comes any more is free when T1 is over',
          source: { doc: 'TS 24.380', clause: '6.3.4.4', basis: 'published' },
          expected: ['Floor Idle'],
          actual: since.join(', ') || 'nothing',
        },
      ]
    },
    close() {
      for (const leg of all) {
        leg.talker?.silence()
        leg.participant.close()
        void leg.audio.close()
        void leg.floor.close()
      }
    },
  }
}

/** Any remote end: what is lost is lost towards all of them. */
const nowhere: Address = { address: '', port: 0 }

/** How often somebody asks for the floor. */
const attempts = 5

/** Milliseconds after the last packet left. */
const settleAfter = 100

/** Who pauses no longer than the limit has lost nothing yet. */
const settling = ({ longestGap }: Configuration['media']) => ({
  quiet: Math.max(500, longestGap),
  most: Math.max(3000, 3 * longestGap),
})
