import type { Disturbance } from '#transport'
import type { Middlebox } from './stack.ts'

/**
 * A network between an element and its peers, as a middlebox: a message that the disturbance loses never comes, and its sender does not see
 * that. Over TCP and TLS too, where it is what a peer looks like that is gone while its connection is not.
 */
export const disturbedSignalling = (disturbance: Disturbance): Middlebox => ({
  incoming(octets, { remote }, pass) {
    if (!disturbance.loses('received', remote)) pass(octets)
  },
  outgoing(octets, { remote }, pass) {
    if (!disturbance.loses('sent', remote)) pass(octets)
  },
})
