import { isDeepStrictEqual } from 'node:util'
import type { FastifyContextConfig, FastifyRequest } from 'fastify'
import type { Language } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import { isObject } from '../fields/value.ts'
import type { App } from '../http/foundation.ts'
import type { Access } from './access.ts'

/** Reads what a route changes as responses show it, with its labels in every language. */
type ReadPresent<Params> = (access: Access, params: Params, request: FastifyRequest) => object | Promise<object>

declare module 'fastify' {
  interface FastifyContextConfig {
    readPresent?: ReadPresent<never>
  }
}

/**
 * Returns the configuration of a route whose body may contain members that only responses have, because forms send back
 * the whole resource. Members are ignored if their values equal those that `read` returns.
 */
export function sentBack<Params>(read: ReadPresent<Params>): Pick<FastifyContextConfig, 'readPresent'> {
  return { readPresent: read }
}

type Members<Value = unknown> = Record<string, Value>
type BodySchema = { $ref?: string; properties?: Members<object>; anyOf?: BodySchema[] }

/**
 * Ignores members of a body that the schema would refuse, such as read-only ones and nulls, if their values are unchanged.
 * A label with the text that the caller sees keeps its text in the other languages.
 */
export function ignoreSentBack(app: App): void {
  app.addHook('onRoute', (route) => {
    const { config: { readPresent } = {}, schema } = route
    if (!readPresent) return
    const ignore = async (request: FastifyRequest) => {
      const { access, body } = request
      if (!isObject(body)) return
      const properties = propertiesOf((schema?.body ?? {}) as BodySchema, app.getSchemas())
      if (!Object.keys(body).some((name) => mayBeSentBack(body[name], properties[name]))) return
      const present = await readIfAllowed(() => readPresent(access, idsIn(request) as never, request))
      if (present) request.body = withoutSentBack(body, properties, { present, language: access.language })
    }
    // Only in these routes: a hook of all routes would take time in each read.
    route.preValidation = [route.preValidation ?? [], ignore].flat()
  })
}

/** Returns the members that a body can have, in any of its forms. */
function propertiesOf({ $ref, ...schema }: BodySchema, shared: Members): Members<object> {
  const { properties = {}, anyOf = [] } = $ref === undefined ? schema : (shared[$ref] as BodySchema)
  return Object.assign({}, properties, ...anyOf.map((form) => propertiesOf(form, shared)))
}

/** Returns nothing where the handler refuses the request. */
async function readIfAllowed(read: () => object | Promise<object>): Promise<Members | undefined> {
  try {
    // As a response writes it.
    return JSON.parse(JSON.stringify(await read())) as Members
  } catch (error) {
    if (error instanceof Problem) return
    throw error
  }
}

function withoutSentBack(
  body: Members,
  properties: Members<object>,
  { present, language }: { present: Members; language: Language },
): Members {
  const members = Object.entries(body).flatMap(([name, value]): [string, unknown][] => {
    const [now, property] = [present[name], properties[name]]
    if (!mayBeSentBack(value, property)) return [[name, value]]
    const isAsShown = isObject(now) && now[language] === value
    if (property && isLabel(property)) return [[name, isAsShown ? now : value]]
    return isAsShown || (now !== undefined && isDeepStrictEqual(value, now)) ? [] : [[name, value]]
  })
  return Object.fromEntries(members)
}

/** Returns whether a value of a body is refused, or sets several languages, unless it is the present one. */
function mayBeSentBack(value: unknown, property: object | undefined): boolean {
  if (!property) return true
  return value === null ? !JSON.stringify(property).includes('"null"') : typeof value === 'string' && isLabel(property)
}

function isLabel(property: object): boolean {
  return JSON.stringify(property).includes('"LabelInput"')
}

/** Returns the parameters of the path, which are not validated yet, with ids as numbers. */
function idsIn({ params, routeOptions }: FastifyRequest): Members {
  const { properties = {} } = (routeOptions.schema?.params ?? {}) as { properties?: Record<string, { type?: string }> }
  const idOf = (text: unknown) => (/^[1-9]\d{0,14}$/.test(String(text)) ? Number(text) : 0)
  const values = Object.entries(params as Members)
  return Object.fromEntries(
    values.map(([name, text]) => [name, properties[name]?.type === 'integer' ? idOf(text) : text]),
  )
}
