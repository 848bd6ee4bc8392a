import { Agent, request } from 'node:http'
import type { ServerProcess } from './processes.ts'

/** Sends a request and returns the parsed response. Throws if it fails. */
export type Send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => Promise<unknown>

/** Returns what sends requests to a server with a key, on connections that stay open. */
export function callerOf({ url }: Pick<ServerProcess, 'url'>, key: string): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }
      const sent = request(url + path, { method, agent, headers }, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('error', reject)
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString()
          const isGood = (answer.statusCode ?? 500) < 300
          if (isGood) resolve(text && JSON.parse(text))
          else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`))
        })
      })
      sent.on('error', reject)
      sent.end(body && JSON.stringify(body))
    })
}
