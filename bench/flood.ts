import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import autocannon from 'autocannon'
import { memoryFlags } from './processes.ts'

// Starts a server, sends more requests at once than it can handle, and prints the results: `npm run flood -- 2000 15`.
const [connections = 2000, seconds = 15] = process.argv.slice(2).map(Number)
const [key, metricsKey] = ['flood-key-01234567890123', 'metrics-key-01234567890123']
const folder = mkdtempSync(join(tmpdir(), 'kartoteka-flood-'))
const url = `http://127.0.0.1:${20_000 + (process.pid % 10_000)}`
const server = spawn(process.execPath, [...memoryFlags, 'src/server.ts'], {
  env: {
    ...{ ...process.env, DATA_DIR: folder, PORT: new URL(url).port, ADMIN_KEY: key, METRICS_KEY: metricsKey },
    ...{ RATE_LIMIT: '0', LOG_LEVEL: 'warn' },
  },
  stdio: ['ignore', 'ignore', 'inherit'],
})
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

try {
  await until('/health/ready')
  const made = await fetch(`${url}/v1/contacts`, { method: 'POST', headers, body: '{"lastName": "Flooded"}' })
  const path = `/v1/contacts/${((await made.json()) as { id: number }).id}`
  for (let times = 0; times < 200; times++) await fetch(url + path, { headers })
  const before = (await look()).megabytes
  const flood = autocannon({ url: url + path, headers, connections, duration: seconds, timeout: 60 })
  const looks = await lookUntil(flood)
  const { latency, errors, timeouts, statusCodeStats = {} } = await flood
  const backAfterMs = await until(path)
  await pause(5_000)
  console.log({
    ...{ connections, seconds, errors, timeouts },
    statuses: Object.fromEntries(Object.entries(statusCodeStats).map(([status, { count = 0 }]) => [status, count])),
    milliseconds: { p50: latency.p50, p99: latency.p99, most: latency.max },
    healthMilliseconds: Math.max(...looks.map(({ milliseconds }) => milliseconds)),
    megabytes: { before, most: Math.max(...looks.map((one) => one.megabytes)), after: (await look()).megabytes },
    backAfterMs,
  })
} finally {
  server.kill('SIGTERM')
  await new Promise((resolve) => server.once('exit', resolve))
  rmSync(folder, { recursive: true })
}

/** Waits until a path returns success. Returns the milliseconds it took. */
async function until(path: string): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const answer = await fetch(url + path, { headers }).catch(() => undefined)
    if (answer?.ok) return Math.round(performance.now() - begun)
    await pause(100)
  }
}

/** Returns the response time of `/health/live` and the memory of the server. */
async function look(): Promise<{ milliseconds: number; megabytes: number }> {
  const begun = performance.now()
  if (!(await fetch(`${url}/health/live`)).ok) throw new Error('The health check of the server failed.')
  const milliseconds = Math.round(performance.now() - begun)
  const figures = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${metricsKey}` } })).text()
  const bytes = Number(/^process_resident_memory_bytes (\S+)$/m.exec(figures)?.[1])
  return { milliseconds, megabytes: Math.round(bytes / 1024 ** 2) }
}

async function lookUntil(end: PromiseLike<unknown>): Promise<Awaited<ReturnType<typeof look>>[]> {
  let isOver = false
  void end.then(() => {
    isOver = true
  })
  const looks: Awaited<ReturnType<typeof look>>[] = []
  while (!isOver) {
    looks.push(await look())
    await pause(250)
  }
  return looks
}
