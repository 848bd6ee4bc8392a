import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { FastifyRequest } from 'fastify'
import { IsIdnEmail } from 'typebox/format'
import { anySmartProcess } from '../src/entities/smart-processes.ts'
import { systemTypes } from '../src/entities/types.ts'
import type { App } from '../src/http/foundation.ts'

type Form = 'document' | 'cut' | 'parts'

interface Answer {
  $ref?: string
  content?: Record<string, unknown>
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>
  components: { schemas: Record<string, { required?: string[] }> }
}

const document = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as Document
const ajv = new Ajv2020({ strict: false, validateSchema: false })
formats.default(ajv)
ajv.addFormat('idn-email', IsIdnEmail)
ajv.addFormat('decimal', /^-?\d+(\.\d+)?$/)
ajv.addSchema(document, 'document')
ajv.addSchema(cut(document), 'cut')
ajv.addSchema(cutInto(document), 'parts')
const checks = new Map<string, ValidateFunction>()

/** The same document for requests with `fields`, which limits records and items to the named fields and the id. */
function cut({ components, ...rest }: Document): Document {
  const records = [...systemTypes, anySmartProcess].map(({ code }) => `${code.charAt(0).toUpperCase()}${code.slice(1)}`)
  const others = Object.keys(components.schemas).flatMap((name) => /^(\w+)FieldName$/.exec(name)?.[1] ?? [])
  const known = [...records, ...records.map((name) => `Linked${name}`), ...others].filter(
    (name) => name in components.schemas,
  )
  const schemas = known.map((name) => {
    const required = components.schemas[name]?.required?.filter((one) => one === keyOf(name))
    return [name, { ...components.schemas[name], required }]
  })
  return { ...rest, components: { ...components, schemas: { ...components.schemas, ...Object.fromEntries(schemas) } } }
}

/** Returns the name of the member that identifies an item. */
function keyOf(schema: string): string {
  return /^(Dictionary|DictionaryEntry|Currency)$/.test(schema) ? 'code' : 'id'
}

/** The same document for requests with parts of fields, which limits values to these parts. */
function cutInto({ components, ...rest }: Document): Document {
  const schemas = JSON.stringify(components.schemas, (name, value) =>
    name === 'required' && Array.isArray(value) ? undefined : value,
  )
  return { ...rest, components: { ...components, schemas: JSON.parse(schemas) } }
}

/** Returns the fields that a request chooses, or those that its queries choose. Undefined if there are none. */
function fieldsOf({ fields, queries }: { fields?: unknown; queries?: Record<string, { search?: object }> }): unknown {
  if (!queries) return fields
  const chosen = Object.values(queries).flatMap(({ search = {} }) => fieldsOf(search) ?? [])
  return chosen.length ? chosen : undefined
}

/** Returns which of the documents describes the response to a request with these fields. */
function formFor(fields: unknown, hides: boolean): Form {
  if (fields === undefined) return hides ? 'cut' : 'document'
  return String(fields).includes('.') ? 'parts' : 'cut'
}

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
  const operation = document.paths[path]?.[method.toLowerCase()]
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
