import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Starts Prism as a proxy with a document, which it reads from this file. Returns its port. */
export async function startPrism(
  file: string,
  document: object,
  upstream: number,
  started: ChildProcess[],
): Promise<number> {
  writeFileSync(file, JSON.stringify(document))
  const port = await freePort()
  const options = ['--port', String(port), '--validate-request=false', '--cors=false', '--verboseLevel=silent']
  const command = join(import.meta.dirname, 'node_modules/@stoplight/prism-cli/dist/index.js')
  const args = ['--max-old-space-size=6000', command, 'proxy', file, `http://127.0.0.1:${upstream}`, ...options]
  const prism = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  started.push(prism)
  while (!(await isOpen(port))) {
    if (prism.exitCode !== null) throw new Error('Prism did not start.')
    await sleep(200)
  }
  return port
}

/** Returns a free port. Systems do not give ports below 32768 to others on their own. */
async function freePort(): Promise<number> {
  const port = randomInt(10_000, 32_768)
  return (await isOpen(port)) ? freePort() : port
}

async function isOpen(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
