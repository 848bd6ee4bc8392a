import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type Form, fieldsOf, formFor } from '../test/document-forms.ts'

interface Request {
  method: string
  url: string
  headers: readonly string[] | Record<string, string>
  body?: Buffer
}

/** A request of a test as it was sent, and the server's response to it. */
export interface Exchange extends Request {
  /** The port of the test's server. */
  server: string
  /** The form of the API document that describes the response. */
  form: Form
  response?: Promise<Response>
}

/** A response as it was received. */
export interface Response {
  status: number
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  body: Buffer
  trailers: Record<string, string>
}

/** Reads a request of a test. */
export async function readExchange(received: IncomingMessage): Promise<Exchange> {
  const { method = '', url = '', rawHeaders } = received
  const { 'x-server': server, 'x-hides': hides } = received.headers
  const body = await buffer(received)
  const form = formFor(chosenFields(url, body), hides === 'true')
  return { method, url, headers: rawHeaders, body, server: String(server), form }
}

function chosenFields(url: string, body: Buffer): unknown {
  const { searchParams } = new URL(url, 'http://localhost')
  const fields = [...searchParams].filter(([name]) => /^fields(\[|$)/.test(name)).map(([, value]) => value)
  if (fields.length) return fields
  try {
    return fieldsOf(JSON.parse(body.toString()))
  } catch {
    // The body is empty or not JSON.
    return undefined
  }
}

/** Sends a request to a port of this machine. */
export async function send(port: number | string, { method, url, headers, body }: Request): Promise<Response> {
  return await new Promise((resolve, reject) => {
    const address = { host: '127.0.0.1', port, method, path: url, headers, agent: false }
    const sent = request(address, (received) => {
      const { statusCode: status = 0, headers, rawHeaders } = received
      buffer(received).then((body) => {
        resolve({ status, headers, rawHeaders, body, trailers: received.trailers as Record<string, string> })
      }, reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
