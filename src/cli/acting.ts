import { CommanderError } from 'commander'
import { oneLine, UsageError } from '#harness'

/** Runs what a command does. A mistake of the user is one line each and exit code 2, never a stack trace. */
export const acting =
  <Args extends unknown[]>(act: (...args: Args) => Promise<number> | number) =>
  async (...args: Args): Promise<void> => {
    try {
      process.exitCode = await act(...args)
    } catch (problem) {
      if (problem instanceof CommanderError) throw problem
      process.exitCode = 2
      const text = problem instanceof UsageError ? problem.message : oneLine(problem)
      for (const line of text.split('\n').filter((one) => one !== '')) console.error(`mcx: ${line}`)
      if (process.env['MCX_TRACE'] !== undefined) console.error(problem)
    }
  }
