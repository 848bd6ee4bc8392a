import { setTimeout as pause } from 'node:timers/promises'

/** Yields chunks no faster than so many items per second; 0 is no limit. Throws when the signal aborts. */
export async function* paced<Chunk>(
  chunks: AsyncIterable<Chunk>,
  sizeOf: (chunk: Chunk) => number,
  { perSecond, signal }: { perSecond: number; signal: AbortSignal },
): AsyncGenerator<Chunk, void, undefined> {
  let due = performance.now()
  for await (const chunk of chunks) {
    const now = performance.now()
    if (perSecond && due > now) await pause(due - now, undefined, { signal })
    // What a slow chunk lost is not made up for.
    due = Math.max(due, now) + (sizeOf(chunk) / perSecond) * 1000
    yield chunk
  }
}
