import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Form } from '../test/document-forms.ts'
import { type Exchange, type Response, readExchange, send } from './exchange.ts'
import { readViolations, type Violation } from './violations.ts'

/** The port of the proxy for each form of the API document. */
export type Proxies = Record<Form, number>

/**
 * The exchanges that go on, by id. Tests send requests to the entrance, which passes them to a proxy. The proxy passes
 * them to the exit, which passes them to the test's server. A proxy writes bodies anew, as JSON or as text, and refuses
 * some. Therefore the entrance and the exit pass the originals on, and the proxy gets only what it checks.
 */
export type Exchanges = Map<string, Exchange>

// Prism passes this header on to connections that it keeps.
const kept = { connection: 'keep-alive' }

/** Starts the entrance and returns its port. */
export async function startEntrance(
  exchanges: Exchanges,
  proxies: Proxies,
  note: (exchange: Exchange, response: Response, violations: Violation[]) => void,
): Promise<number> {
  let last = 0
  return await listen(async (received, response) => {
    const exchange = await readExchange(received)
    const { method, url, form } = exchange
    const id = String(++last)
    exchanges.set(id, exchange)
    const { headers, body: refusal } = await send(proxies[form], {
      method,
      url,
      headers: { 'x-exchange': id, ...kept },
    })
    exchanges.delete(id)
    if (!exchange.response) throw new Error(`The proxy has not passed on ${method} ${url}: ${refusal}`)
    const answer = await exchange.response
    note(exchange, answer, readViolations(headers['sl-violations'] as string | undefined))
    const { status, rawHeaders, body, trailers } = answer
    response.writeHead(status, rawHeaders).write(body)
    response.addTrailers(trailers)
    response.end()
  })
}

/** Starts the exit and returns its port. */
export async function startExit(exchanges: Exchanges): Promise<number> {
  return await listen(async (received, response) => {
    const exchange = exchanges.get(String(received.headers['x-exchange']))!
    exchange.response = send(exchange.server, exchange)
    const { status, headers, body } = await exchange.response
    // The proxy fails on announced trailers, which it does not send.
    const { trailer: _, ...others } = headers
    response.writeHead(status, others).end(body)
  })
}

async function listen(answer: (received: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<number> {
  const server = createServer((received, response) => {
    answer(received, response).catch((error) => {
      console.error(error)
      response.destroy(error)
    })
  })
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
