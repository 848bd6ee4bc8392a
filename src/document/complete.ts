import { STATUS_CODES } from 'node:http'
import { internalWords, type listText } from '../schema/build.ts'
import { inDailyOrder } from './path-order.ts'
import { reachable } from './references.ts'
import { addRateHeaders, headers, problemHeaders } from './response-headers.ts'

interface Answer {
  description?: string
  headers?: object
  content?: Record<string, { schema?: { $ref?: string } }>
  $ref?: string
}

interface Parameter {
  name?: string
  in?: string
  required?: boolean
  style?: string
  explode?: boolean
  example?: unknown
  schema?: { default?: unknown } & Partial<typeof listText>
}

interface Operation {
  tags?: readonly string[]
  security?: readonly object[]
  parameters?: Parameter[]
  responses?: Record<string, Answer>
  'x-parameters'?: { name: string }[]
}

interface Described {
  paths?: object
  components?: { schemas?: Record<string, object>; responses?: Record<string, object>; headers?: object }
}

type DescribedSchema = { description?: string }

/** Completes the document with what the schemas of routes cannot express. */
export function completed<T extends Described>(document: T): T {
  const schemas = withoutInternalWords<Record<string, DescribedSchema>>(document.components?.schemas ?? {})
  const answers = new Map<string, Answer>()
  const paths = inDailyOrder((document.paths ?? {}) as Record<string, Record<string, Operation>>)
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
    nameParameters(operation)
    const { responses = {}, security = [] } = operation
    nameAnswers(responses, schemas, answers)
    if (security.length > 0) addRateHeaders(responses)
  }
  for (const [title, answer] of answers) Object.assign(answer, problemHeaders(title))
  document.paths = paths
  const responses = Object.fromEntries(answers)
  document.components = {
    ...document.components,
    headers,
    responses,
    schemas: reachable(schemas, [...Object.values(paths), responses]),
  }
  return document
}

const internal: ReadonlySet<string> = new Set(internalWords)

/** Returns a schema, or a collection of schemas, without what they say to this server only. */
function withoutInternalWords<T>(part: T): T {
  if (Array.isArray(part)) return part.map(withoutInternalWords) as T
  if (typeof part !== 'object' || part === null) return part
  const told = Object.entries(part).filter(([word]) => !internal.has(word))
  return Object.fromEntries(told.map(([word, value]) => [word, withoutInternalWords(value)])) as T
}

/**
 * Makes query parameters with a default optional, shows lists as such, and replaces parameters with those in
 * `x-parameters`.
 */
function nameParameters(operation: Operation): void {
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'query' && parameter.schema?.default !== undefined) delete parameter.required
    showAsList(parameter)
    if (parameter.schema) parameter.schema = withoutInternalWords(parameter.schema)
  }
  const { 'x-parameters': shown = [], parameters = [] } = operation
  delete operation['x-parameters']
  if (!shown.length) return
  const names = new Set(shown.map(({ name }) => name))
  operation.parameters = [...shown, ...parameters.filter(({ name = '' }) => !names.has(name))]
}

/** Describes a parameter with several values as a list. The server reads it as one text. */
function showAsList(parameter: Parameter): void {
  const { schema: { 'x-list': items } = {}, example } = parameter
  if (!items) return
  Object.assign(parameter, { style: 'form', explode: false, schema: { type: 'array', items } })
  if (typeof example === 'string') parameter.example = example.split(',')
}

/** Describes successes by their schemas. Moves problems, which are the same everywhere, to shared responses. */
function nameAnswers(
  answers: Record<string, Answer>,
  schemas: Record<string, { description?: string }>,
  shared: Map<string, Answer>,
): void {
  for (const [status, answer] of Object.entries(answers)) {
    const [content] = Object.values(answer.content ?? {})
    const name = content?.schema?.$ref?.split('/').at(-1) ?? ''
    if (!name.endsWith('Problem')) {
      answer.description = schemas[name]?.description ?? answer.description ?? ''
      continue
    }
    const title = (STATUS_CODES[status] ?? status).replaceAll(/\W/g, '')
    const known = shared.get(title) ?? answer
    shared.set(title, known)
    if (JSON.stringify(known) === JSON.stringify(answer)) {
      answers[status] = { $ref: `#/components/responses/${title}` }
    }
  }
}
