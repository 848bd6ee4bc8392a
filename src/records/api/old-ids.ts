import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import Type from 'typebox'
import type { Database } from '../../database/connect.ts'
import { Problem } from '../../errors/problem.ts'
import { survivorsOf } from '../query/merged-records.ts'
import type { RecordResource } from './record-resource.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The record into which the record of the path was merged, if it was. The parameter `id` is then replaced with it. */
    survivorId: number | undefined
  }
}

/**
 * Lets the routes of this scope that read a record, or what belongs to it, answer for the id of a merged record: with the
 * record into which it was merged. Call it before the routes are added.
 */
export function readSurvivors(app: FastifyInstance, resources: readonly RecordResource[], db: Database): void {
  app.decorateRequest('survivorId')
  app.addHook('onRoute', (route) => {
    const resource = resources.find(({ path }) => `${route.routePath}/`.startsWith(`${path}/:id/`))
    if (!resource || !reads(route)) return
    const { handler, routePath } = route
    const belonging = routePath.slice(`${resource.path}/:id`.length)
    route.schema = { ...route.schema, response: withLocation(route.schema?.response) }
    route.handler = async function (request, reply) {
      try {
        return await handler.call(this, request, reply)
      } catch (error) {
        if (!isMissing(error, request)) throw error
        const grant = request.access.grant(resource.codeOf(request))
        const params = request.params as { id: number }
        const survivorId = (await survivorsOf(db, grant, [params.id])).get(params.id)
        if (survivorId === undefined) throw error
        request.survivorId = params.id = survivorId
        reply.header('content-location', `/v1${grant.type.path}/${survivorId}${belonging}`)
        return await handler.call(this, request, reply)
      }
    }
  })
}

function reads({ method }: RouteOptions): boolean {
  return [method].flat().some((name) => name === 'GET' || name === 'HEAD')
}

/** Returns whether a request failed because there is no record with the id in its path. */
function isMissing(error: unknown, { params, survivorId }: FastifyRequest): boolean {
  const isNotFound = error instanceof Problem && error.code === 'record_not_found'
  return isNotFound && survivorId === undefined && error.params.id === (params as { id: number }).id
}

const location = Type.String({
  description: 'Path of what the body contains. Only if the record of the request was merged into another one.',
  examples: ['/v1/contacts/1'],
})

/** Adds `Content-Location` to the headers of a success. */
function withLocation(response: unknown): unknown {
  const { 200: success, ...others } = (response ?? {}) as { 200?: { headers?: object } }
  if (!success) return response
  return { 200: { ...success, headers: { ...success.headers, 'Content-Location': location } }, ...others }
}
