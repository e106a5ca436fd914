import type { SpeechOrder } from '#play'
import { floorIndicator, writeFloorMessage } from '#stack/media'
import type { Clock } from '#stack/sip'
import { judgePassedOn } from './floor-indication.ts'
import { ssrcOf, waitFor, type Find, type Leg } from './media-leg.ts'

/** The place in the queue is that of the user, whatever the path; then it is given up. */
export async function judgePlace(clock: Clock, former: Leg, to: Leg, find: Find): Promise<void> {
  const { place: before } = former
  if (before === undefined || to.remote?.floor === undefined) return
  const say = (name: 'queuePositionRequest' | 'release'): void =>
    void (to.remote?.floor && to.floor.send(writeFloorMessage(name, ssrcOf(to.role), []), to.remote.floor))
  say('queuePositionRequest')
  await waitFor(clock, () => to.place !== undefined)
  say('release')
  if (to.place === before) return
  const actual = to.place === undefined ? to.told.join(', ') || 'nothing' : `position ${to.place}`
  find(
    'floor',
    'who waits for the floor keeps the place in the queue when being switched',
    `position ${before}`,
    actual,
    { doc: 'docs/media.md', clause: 'floor-control', basis: 'default-binding' },
  )
}

/** Whoever decides is asked for the floor; whoever passes on is given a message to pass. */
export async function takeFloor(
  clock: Clock,
  { decides, talker }: SpeechOrder,
  emergency: boolean,
  from: Leg,
  to: Leg,
  find: Find,
): Promise<void> {
  if (decides) {
    from.participant.request({ emergency })
    if (!(await waitFor(clock, () => from.participant.state() === 'has-permission')))
      find(
        'floor',
        'the floor is granted to who asks for it while it is free',
        'Floor Granted',
        from.participant.state(),
      )
    if (!(await waitFor(clock, () => to.told.includes('taken'))))
      find('floor', 'all others are told who talks', 'Floor Taken', to.told.join(', ') || 'nothing')
    return
  }
  const name = from.role === 'client' ? 'request' : 'taken'
  const indicator = { field: 'floor-indicator', value: floorIndicator[emergency ? 'emergency' : 'normal'] } as const
  if (from.remote?.floor) from.floor.send(writeFloorMessage(name, ssrcOf(talker), [indicator]), from.remote.floor)
  if (!(await waitFor(clock, () => to.told.includes(name))))
    find(
      'floor',
      'floor control is forwarded as media is',
      `the floor ${name} message`,
      to.told.join(', ') || 'nothing',
    )
  else judgePassedOn(name, indicator.value, to, find)
}
