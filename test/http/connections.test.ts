import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { App } from '../../src/http/foundation.ts'
import { exampleApp } from './example-app.ts'

let app: App
let port: number

beforeAll(async () => {
  app = await exampleApp({ corsOrigins: ['https://crm.example'] })
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
})

afterAll(() => app.close())

function send(text: string): Promise<{ head: string; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => (answer += chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', body = ''] = answer.split('\r\n\r\n')
      resolve({ head, body: JSON.parse(body) })
    })
  })
}

describe('malformed HTTP', () => {
  it('returns a problem response', async () => {
    const { head, body } = await send('garbage\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1.1 400 Bad Request\r\ncontent-type: application\/problem\+json; charset=utf-8\r\n/)
    expect(body).toMatchObject({ status: 400, code: 'malformed_request', traceId: expect.any(String) })
  })

  it('is refused when the headers are too large', async () => {
    const { head, body } = await send(`GET /pets HTTP/1.1\r\nhost: x\r\nlong: ${'x'.repeat(100_000)}\r\n\r\n`)
    expect(head).toMatch(/^HTTP\/1.1 431 /)
    expect(body.code).toBe('headers_too_large')
    expect(body.detail).toMatch(/POST …\/search\.$/)
  })

  it('is refused without a Host header', async () => {
    const { body } = await send('GET /pets HTTP/1.1\r\nconnection: close\r\n\r\n')
    expect(body).toMatchObject({ code: 'malformed_request', errors: [{ parameter: 'host', code: 'required' }] })
  })

  it('is served when the Expect header is unknown', async () => {
    const { head } = await send('GET /pets HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\nconnection: close\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1.1 200 /)
  })
})

describe('a cross-origin page', () => {
  it('may send a preflight request', async () => {
    const answer = await request(app.server)
      .options('/pets/7')
      .set('origin', 'https://crm.example')
      .set('access-control-request-method', 'PATCH')
      .set('access-control-request-headers', 'authorization,if-match')
      .expect(204)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://crm.example',
      'access-control-allow-methods': expect.stringContaining('PATCH'),
      'access-control-allow-headers': 'authorization,if-match',
    })
  })

  it('can read problems and their headers', async () => {
    for (const path of ['/pets/7', '/nowhere']) {
      const answer = await request(app.server).get(path).set('origin', 'https://crm.example').expect(404)
      expect(answer.headers['access-control-allow-origin']).toBe('https://crm.example')
      expect(answer.headers['access-control-expose-headers']).toMatch(/ETag.*Retry-After.*x-trace-id/i)
    }
  })

  it('gets no CORS headers when its origin is not allowed', async () => {
    const answer = await request(app.server).get('/pets').set('origin', 'https://evil.example').expect(200)
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('gets headers against framing, content sniffing and foreign scripts', async () => {
    const answer = await request(app.server).get('/pets')
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
  })
})

describe('a server that is shutting down', () => {
  it('refuses new requests with a problem', async () => {
    const stopping = await exampleApp({}, (server) => {
      server.addHook('preClose', async () => {
        const answer = await request(server.server).get('/pets').expect(503)
        expect(answer.body).toMatchObject({ code: 'server_closing' })
        expect(answer.headers['retry-after']).toBe('2')
      })
    })
    await stopping.listen({ port: 0, host: '127.0.0.1' })
    await stopping.close()
    expect.assertions(2)
  })
})
