import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { answerTo } from './answer.testing.ts'
import { header, readMessage } from '#wire/sip'
import { validCase } from './grid.ts'
import { openLab } from './lab.ts'
import { openReferenceLab } from './reference-lab.testing.ts'
import { challengedPrivateCall } from './scenarios/challenged-private-call.ts'
import { privateCall } from './scenarios/private-call.ts'
import { startReferenceTarget } from './target.ts'

test('what ends the call of a refused BYE is no fault of whoever refused it', { timeout: 60_000 }, async () => {
  await using lab = await openReferenceLab()
  const edits = [{ at: 'end', path: 'From.line', kind: 'remove', layer: 'a' }] as const
  const one = {
    v: 1,
    scenario: 'redirection/private-call@primaryServer/end',
    baseline: 'plain',
    edits,
    ops: [],
  } as const
  for (let times = 0; times < 4; times += 1) {
    const { expectation, complaints } = await lab.alone(one)
    expect(expectation.class).toBe('refuse')
    expect(complaints).toEqual([])
  }
})

test('what is brought about by sending once more is not held against the case', { timeout: 60_000 }, async () => {
  // Whoever is played first seems to take so long that the request is sent once more.
  let begun = Number.POSITIVE_INFINITY
  const now = (): number => {
    const at = performance.now()
    return at + Math.min(280, Math.max(0, 0.6 * (at - begun)))
  }
  const lab = await openLab({
    now,
    startTarget: (own) => startReferenceTarget({ defects: ['repeated-invite-starts-call'], own }),
  })
  try {
    begun = performance.now()
    const { complaints } = await lab.alone({
      ...validCase(privateCall),
      ops: [{ op: 'delay', at: '5/answer', p: 400 }],
    })
    expect(complaints.filter(({ what }) => what.startsWith('several'))).toEqual([])
  } finally {
    await lab.close()
  }
})

const challenge = 'WWW-Authenticate: Digest realm="a", nonce="b", algorithm=MD5, qop="auth"'

test('who takes its time to challenge is still ended by what comes with credentials', async () => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  let ended: string | undefined
  let isOpen = true
  socket.on('message', (octets, remote) => {
    const request = readMessage(octets)
    if (header(request, 'Authorization')?.includes('nonce="b"') === true) ended = 'credentials'
    const answer =
      header(request, 'CSeq')?.endsWith('INVITE') === true
        ? answerTo(octets, '401 Unauthorized', [challenge])
        : answerTo(octets)
    const send = (): void => void (isOpen && socket.send(answer, remote.port, remote.address))
    if (ended === undefined) setTimeout(send, 200)
  })
  const place = { address: '127.0.0.1', port: socket.address().port, identity: 'sip:mc-server@a.reference.example' }
  const nothing = () => Promise.resolve()
  const restart = () => Promise.resolve(void (ended = undefined))
  const lab = await openLab({
    now: () => performance.now(),
    startTarget: () =>
      Promise.resolve({
        places: { primaryServer: place, challengingServer: place, element: place },
        isProbed: true,
        restarts: true,
        ended: () => ended,
        reset: nothing,
        restart,
        stop: nothing,
      }),
  })
  try {
    expect(await lab.kills([validCase(challengedPrivateCall)], [challengedPrivateCall])).toBe(true)
  } finally {
    await lab.close()
    isOpen = false
    socket.close()
  }
})
