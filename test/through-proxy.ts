import { createServer, type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { App } from '../src/http/foundation.ts'

/**
 * Sends all requests to the server of a test through a proxy at a port, which `npm run test:proxy` starts. Headers tell
 * the proxy which server a request is for, and whether its callers do not see all fields. Returns a function that ends
 * this.
 */
export async function sendThroughProxy({ server }: App, proxy: string, hides: boolean): Promise<() => Promise<void>> {
  const [answer] = server.listeners('request') as [RequestListener]
  const inner = createServer(answer)
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve))
  const { port } = inner.address() as AddressInfo
  server.off('request', answer)
  server.on('request', (received: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', rawHeaders } = received
    const headers = [...rawHeaders, 'x-server', String(port), 'x-hides', String(hides)]
    const address = { host: '127.0.0.1', port: proxy, method, path: url, headers, agent: false }
    const sent = request(address, (answered) => {
      response.writeHead(answered.statusCode!, answered.rawHeaders)
      answered.on('end', () => response.addTrailers(answered.trailers as Record<string, string>))
      answered.pipe(response)
    })
    sent.on('error', (error) => response.destroy(error))
    response.on('close', () => sent.destroy())
    received.pipe(sent)
  })
  return async () => {
    inner.closeAllConnections()
    await new Promise((resolve) => inner.close(resolve))
  }
}
