import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { reachable } from '../src/document/references.ts'

interface Response {
  content?: Record<string, { schema: object }>
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>
  components: { schemas: Record<string, object>; responses: Record<string, Response> }
}

const document = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as Document
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
// Limits protect the server, so only the schemas of requests need them.
for (const { responses } of [...operations, document.components]) {
  for (const response of Object.values(responses))
    for (const content of Object.values(response.content ?? {})) content.schema = {}
}
document.components.schemas = reachable(document.components.schemas, operations) as Record<string, object>

const file = join(import.meta.dirname, 'node_modules/requests.json')
writeFileSync(file, JSON.stringify(document))
const command = join(import.meta.dirname, 'node_modules/@stoplight/spectral-cli/dist/index.js')
const args = [
  'lint',
  file,
  '--ruleset',
  join(import.meta.dirname, 'owasp.yaml'),
  '--fail-severity=hint',
  ...process.argv.slice(2),
]
const { status } = spawnSync(process.execPath, [command, ...args], { stdio: 'inherit' })
rmSync(file)
process.exitCode = status ?? 1
