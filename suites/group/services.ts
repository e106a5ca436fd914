/** TS 23.280 10.16.2 leaves MCData for further study. */
export const groupCommunications = {
  mcptt: { title: 'MCPTT group call', without: [] },
  mcvideo: { title: 'MCVideo group call', without: [] },
}

export const unplayedGroupCommunications = {
  mcdata: { title: 'MCData group communication', why: 'TS 23.280 10.16.2 leaves MCData for further study' },
}
