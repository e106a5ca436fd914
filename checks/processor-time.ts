/** Milliseconds that the thread has had of a processor so far. */
export function processorTime(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Milliseconds of processor time that something takes, each of three times: a pause of the collector or the compiler falls on any of them and does not come again. */
export const timesOf = (read: () => void): readonly number[] =>
  [1, 2, 3].map(() => {
    const since = processorTime()
    read()
    return processorTime() - since
  })
