import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifyRequest } from 'fastify'
import { IsIdnEmail } from 'typebox/format'
import type { App } from '../src/http/foundation.ts'
import { documents, type Form, fieldsOf, formFor } from './document-forms.ts'

const ajv = new Ajv2020({ strict: false, validateSchema: false })
formats.default(ajv)
ajv.addFormat('idn-email', IsIdnEmail)
ajv.addFormat('decimal', /^-?\d+(\.\d+)?$/)
for (const [form, document] of Object.entries(documents)) ajv.addSchema(document, form)
const checks = new Map<string, ValidateFunction>()

/**
 * Compares every response of the server with the API document and adds differences to the list. `hides` means that
 * callers do not see all fields.
 */
export function checkResponses(app: App, hides: boolean): string[] {
  const strange: string[] = []
  app.addHook('onSend', async (request, { statusCode }, payload) => {
    if (typeof payload !== 'string' || payload === '') return
    const fields = fieldsOf({ ...(request.query as object), ...(request.body as object) })
    const fault = faultOf(request, String(statusCode), payload, formFor(fields, hides))
    if (fault) strange.push(`${request.method} ${request.url} ${statusCode}: ${fault}`)
  })
  return strange
}

function faultOf(
  { method, routeOptions }: FastifyRequest,
  status: string,
  payload: string,
  form: Form,
): string | undefined {
  const path = routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}') ?? ''
  const operation = documents.document.paths[path]?.[method.toLowerCase()]
  // Internal errors need no documentation, and a 405 by definition has no operation.
  if (!operation || status === '500' || status === '405') return
  const answer = operation.responses[status]
  if (!answer) return `an undocumented status with ${payload.slice(0, 200)}`
  const place = answer.$ref?.slice(1) ?? pointer(['paths', path, method.toLowerCase(), 'responses', status])
  const type = place.startsWith('/components/') ? 'application/problem+json' : 'application/json'
  if (!answer.$ref && !answer.content?.[type]) return
  const check = checkAt(`${form}#${place}${pointer(['content', type, 'schema'])}`)
  return check(JSON.parse(payload)) ? undefined : ajv.errorsText(check.errors)
}

function checkAt(place: string): ValidateFunction {
  const check = checks.get(place) ?? ajv.compile({ $ref: place })
  checks.set(place, check)
  return check
}

function pointer(keys: string[]): string {
  return keys.map((key) => `/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')
}
