import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Maximum time to read the rest of a rejected body, in milliseconds. */
const longest = 10_000

/**
 * Returns the response text as a stream for a request whose body was not read to its end. Most clients read only after
 * they have sent everything, and fail with a broken pipe if the connection closes earlier. The text is sent at once;
 * the stream ends when the rest of the body was read and discarded, or after ten seconds.
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

/** Returns whether the client is still sending the body. */
export function isSending(request: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  return !request.complete && (encoding !== undefined || Number(length) > 0)
}
