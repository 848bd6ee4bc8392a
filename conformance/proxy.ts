import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { documents, type Form } from '../test/document-forms.ts'
import { startPrism } from './prism.ts'
import { type Exchanges, startEntrance, startExit } from './relay.ts'
import { Report } from './report.ts'

/** Tests of connections: they send and receive a body in parts, or end a connection in the middle. */
const unsuited = [
  'test/exports/lost-field',
  'test/exports/stream',
  'test/files/upload',
  'test/http/connections',
  'test/http/overload',
]

const folder = mkdtempSync(join(tmpdir(), 'kartoteka-proxy-'))
const started: ChildProcess[] = []
const exchanges: Exchanges = new Map()
const report = new Report(documents.document)
process.on('exit', () => {
  for (const child of started) child.kill()
  rmSync(folder, { recursive: true })
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

const exit = await startExit(exchanges)
const start = (form: Form) => startPrism(join(folder, `${form}.json`), documents[form], exit, started)
const [document, cut, parts] = await Promise.all([start('document'), start('cut'), start('parts')])
const entrance = await startEntrance(exchanges, { document, cut, parts }, (...noted) => report.add(...noted))
const [code] = await once(runTests(entrance), 'exit')
console.log(String(report))
process.exit(code === 0 && report.isClean() ? 0 : 1)

function runTests(proxy: number): ChildProcess {
  const options = [`--testPathIgnorePatterns=${unsuited.join('|')}`, '--testTimeout=600000']
  const tests = spawn('npm', ['test', '--', ...options, ...process.argv.slice(2)], {
    env: { ...process.env, THROUGH: String(proxy) },
    stdio: 'inherit',
  })
  started.push(tests)
  return tests
}
