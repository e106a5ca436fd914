import type { MediaTimeLine } from '#verdict'

/** Two directions of a call that moves from one path to the other, one of them with a gap and with packets on both paths. */
export const exampleTimeLine = (from: number, mark: string): MediaTimeLine => ({
  from,
  to: from + 2000,
  lanes: [
    {
      talker: `sip:alice@iops.example${mark}`,
      listener: `sip:bob@iops.example${mark}`,
      spans: [
        { from: from + 20, to: from + 900, path: `IOPS participating server${mark}`, packets: 45 },
        { from: from + 1240, to: from + 1980, path: `primary participating server${mark}`, packets: 38 },
      ],
      gaps: [{ from: from + 900, to: from + 1240, ofOurMaking: 0 }],
      figures: {
        ...{ sent: 99, received: 83, lost: 16, duplicated: 0, reordered: 0 },
        ...{ longestGap: 340, ofOurMaking: 0, onOldPath: 0, onBothPaths: 0 },
      },
    },
    {
      talker: `sip:bob@iops.example${mark}`,
      listener: `sip:alice@iops.example${mark}`,
      spans: [
        { from: from + 30, to: from + 1400, path: `IOPS participating server${mark}`, packets: 69 },
        { from: from + 1000, to: from + 1990, path: `primary participating server${mark}`, packets: 50 },
      ],
      gaps: [],
      figures: {
        ...{ sent: 99, received: 99, lost: 0, duplicated: 20, reordered: 1 },
        ...{ longestGap: 22, ofOurMaking: 1.4, onOldPath: 11, onBothPaths: 20 },
      },
    },
  ],
  marks: [
    { at: from + 400, kind: 'signalling', text: `call continuity request${mark}` },
    { at: from + 900, kind: 'disturbance', text: 'backhaul lost' },
    { at: from + 1000, kind: 'signalling', text: 'participating server switch response' },
    { at: from + 1500, kind: 'floor', text: 'Floor Granted' },
  ],
})
