import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Milliseconds for which what is left of a refused body is read. */
const longest = 10_000

/**
 * The text of an answer to a request whose body was not read to its end. Most clients read nothing before they have sent
 * everything, and meet a broken pipe when the connection closes on them: so the answer is sent at once, and ends when
 * the rest of the body has come and was thrown away, or after ten seconds.
 */
export function answerWhileReading(request: IncomingMessage, text: string): Readable {
  const reading = new AbortController()
  const read = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, longest)
    for (const event of ['end', 'close', 'error']) request.once(event, resolve)
    reading.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  request.unpipe()
  request.resume()
  return Readable.from(
    (async function* () {
      yield Buffer.from(text)
      await read
      reading.abort()
    })(),
  )
}

/** Whether a body is on its way of which not everything has come. */
export function isSending(request: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  return !request.complete && (encoding !== undefined || Number(length) > 0)
}
