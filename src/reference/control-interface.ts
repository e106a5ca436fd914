import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import type { AddressInfo } from 'node:net'
import type { z } from 'zod'
import { isAddressInUse, isLoopback, type Address } from '#transport'
import {
  defectsRequest,
  establishRequest,
  queryRequest,
  resetRequest,
  restartRequest,
  stimulateRequest,
} from './control-requests.ts'
import { decoys } from './decoys.ts'
import { defects } from './defects.ts'
import { absentFuzzDefects, fuzzDefects } from './fuzz-defects.ts'
import { growthDefects } from './growth-defects.ts'
import type { Reference } from './reference.ts'

/** Octets of a body; a document with a hundred thousand users fits. */
const largestBody = 64 * 1024 * 1024

export interface ControlInterface {
  readonly address: Address
  close(): Promise<void>
}

/** The HTTP interface through which the reference system is provisioned, stimulated, queried and reset. */
export async function openControlInterface(reference: Reference, at: Address): Promise<ControlInterface> {
  if (!isLoopback(at.address)) {
    throw new Error(`control.address: ${at.address} is not on the loopback interface: write 127.0.0.1 or ::1`)
  }
  const app = routes(reference)
  const server = serve({ fetch: app.fetch, hostname: at.address, port: at.port })
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', (problem) =>
      reject(isAddressInUse(problem) ? new Error(`control interface: ${inUse(at)}`, { cause: problem }) : problem),
    )
  })
  const { port } = server.address() as AddressInfo
  return {
    address: { address: at.address, port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

const inUse = ({ address, port }: Address): string =>
  `${address}:${port} is in use, perhaps by a reference that still runs; end it or choose another port`

function routes(reference: Reference): Hono {
  const app = new Hono()
  app.use(
    bodyLimit({
      maxSize: largestBody,
      onError: (context) => fault(context, 413, `the body is larger than ${largestBody} octets`),
    }),
  )
  // A page in a browser on the same machine is no operator: browsers send Origin with every POST.
  app.use(async (context, next) => {
    if (context.req.header('Origin') !== undefined) return fault(context, 403, 'requests of web pages are not taken')
    return next()
  })
  app.onError((error, context) => fault(context, error instanceof HTTPException ? 400 : 500, error.message))
  app.notFound((context) => fault(context, 404, `there is no ${context.req.method} ${context.req.path}`))

  app.get('/health', (context) =>
    context.json({ status: 'serving', functions: reference.functions(), defects: reference.defects() }),
  )
  app.get('/defects', (context) =>
    context.json({
      catalogue: defects,
      fuzz: fuzzDefects,
      growth: growthDefects,
      absent: absentFuzzDefects,
      decoys,
      active: reference.defects(),
    }),
  )

  app.post('/provision', async (context) => {
    const outcome = await reference.provision(await json(context))
    if (!outcome.ok) return context.json({ error: outcome.faults[0], faults: outcome.faults }, 400)
    return context.json({ functions: reference.functions() })
  })
  app.post('/reset', async (context) => {
    const { role, mcServiceId } = await body(context, resetRequest)
    reference.system().forget(role, mcServiceId)
    return context.json({})
  })
  app.post('/stimulate', async (context) => {
    const stimulus = await body(context, stimulateRequest)
    const system = reference.system()
    if (!system.functions.some((each) => each.role === 'client')) {
      throw wrong('role: no client is provisioned: add a function of role client to the provisioning document')
    }
    try {
      return context.json({ callId: system.stimulate(stimulus).callId }, 202)
    } catch (error) {
      throw wrong(`action: ${error instanceof Error ? error.message : String(error)}`)
    }
  })
  app.post('/query', async (context) => {
    const { role, state, ies } = await body(context, queryRequest)
    return context.json(reference.system().state(role, state, ies.mcServiceId))
  })
  app.post('/restart', async (context) => {
    await body(context, restartRequest)
    const outcome = await reference.restart()
    if (!outcome.ok) throw wrong(outcome.faults[0] ?? '')
    return context.json({})
  })
  app.post('/establish', async (context) => {
    const { role, state, ies, values, client } = await body(context, establishRequest)
    if (!reference.system().establish(role, state, ies.mcServiceId, values, client))
      throw wrong(`state: ${state} is nothing that the ${role} can be given`)
    return context.json({})
  })
  app.post('/defects', async (context) => {
    const { names } = await body(context, defectsRequest)
    const outcome = reference.setDefects(names)
    if (!outcome.ok) throw wrong(outcome.faults[0] ?? '')
    return context.json({ active: reference.defects() })
  })
  return app
}

async function json(context: Context): Promise<unknown> {
  const text = await context.req.text()
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrong(`the body is no JSON: ${error instanceof Error ? error.message : 'it cannot be read'}`)
  }
}

async function body<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  const read = schema.safeParse(await json(context))
  if (read.success) return read.data
  const [issue] = read.error.issues
  const path = issue?.path.join('.') ?? ''
  throw wrong(`${path === '' ? 'the body' : path}: ${issue?.message ?? 'cannot be read'}`)
}

/** Answered with 400 and this line. */
const wrong = (line: string): HTTPException => new HTTPException(400, { message: line })

const fault = (context: Context, status: 400 | 403 | 404 | 413 | 500, error: string): Response =>
  context.json({ error }, status)
