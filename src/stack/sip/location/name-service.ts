import { lookup, Resolver as NameResolver } from 'node:dns/promises'
import type { Resolver } from './locate-server.ts'

export interface NameServiceOptions {
  /** Name servers, `address` or `address:port`; those of the machine unless said, and its hosts file then, too. */
  readonly servers?: readonly string[] | undefined
  /** Milliseconds an answer is waited for at first; 2000 unless said. */
  readonly timeout?: number | undefined
  /** Times each server is asked; 2 unless said. */
  readonly tries?: number | undefined
  /** The families this element reaches, the preferred one first: 4 and 6 unless said. */
  readonly families?: readonly (4 | 6)[] | undefined
}

/**
 * The domain name system of this machine, or of the servers named. A name without such a record gives an empty list; a name that could not be asked
 * for rejects with an error that says the name, the type and why.
 */
export function createNameService({
  servers,
  timeout = 2000,
  tries = 2,
  families = [4, 6],
}: NameServiceOptions = {}): Resolver {
  const resolver = new NameResolver({ timeout, tries })
  if (servers !== undefined) resolver.setServers(servers)

  const ask = async <One>(type: string, name: string, answer: Promise<readonly One[]>): Promise<readonly One[]> => {
    try {
      return await answer
    } catch (problem) {
      const code = problem instanceof Error && 'code' in problem ? String(problem.code) : String(problem)
      if (nothing.has(code)) return []
      const asked = (servers ?? resolver.getServers()).join(', ')
      throw new Error(`no answer to ${type} of ${name} from ${asked}: ${code}`, { cause: problem })
    }
  }
  const ofFamily = async (name: string, family: 4 | 6): Promise<readonly string[]> => {
    const type = family === 4 ? 'A' : 'AAAA'
    if (servers !== undefined) return ask(type, name, family === 4 ? resolver.resolve4(name) : resolver.resolve6(name))
    return (await ask(type, name, lookup(name, { all: true, family }))).map(({ address }) => address)
  }

  return {
    naptr: (name) => ask('NAPTR', name, resolver.resolveNaptr(name)),
    async srv(name) {
      const records = await ask('SRV', name, resolver.resolveSrv(name))
      return records.map(({ name: target, ...record }) => ({ ...record, target: target === '' ? '.' : target }))
    },
    async addresses(name) {
      return (await Promise.all(families.map((family) => ofFamily(name, family)))).flat()
    },
  }
}

/** No such name, a name without such a record, and a server that knows no such type (RFC 1035 4.1.1, RFC 2308 2). */
const nothing = new Set(['ENOTFOUND', 'ENODATA', 'ENOTIMP'])
