import type { FastifyRequest } from 'fastify'
import Type, { type Static, type TObject, type TUnsafe } from 'typebox'
import { anySmartProcess } from '../../entities/smart-processes.ts'
import type { SystemType } from '../../entities/types.ts'
import { problems } from '../../errors/documents.ts'
import { Problem } from '../../errors/problem.ts'

const ItemParams = Type.Object({
  code: Type.String({ maxLength: 100, description: 'Code of the smart process.', examples: ['delivery'] }),
})

/** The records of one type, or of all smart processes, as routes serve them. */
export interface RecordResource {
  /** The type as the API document shows it. */
  type: SystemType
  /** The path of the records, without the version of the API. */
  path: string
  /** The schema of the parameters in the path of the list, if there are any. */
  ofList: { params?: TObject }
  /** The problem of a type that does not exist, if the type is in the path. */
  missing: object
  /** Returns the schema of the parameters in the path of a record. */
  params<T extends TObject>(ofRecord: T): TUnsafe<Static<T>>
  /** Returns the code of the type that a request names. */
  codeOf(request: FastifyRequest): string
}

/** Returns the resources of these types and of the smart processes. */
export function recordResources(types: readonly SystemType[]): RecordResource[] {
  return [...types.map(resourceOf), smartProcesses(types)]
}

function resourceOf(type: SystemType): RecordResource {
  return {
    type,
    path: type.path,
    ofList: {},
    missing: {},
    params: (ofRecord) => Type.Unsafe(ofRecord),
    codeOf: () => type.code,
  }
}

/** The code of a smart process is in the path. The catalogue of each request knows its fields. */
function smartProcesses(types: readonly SystemType[]): RecordResource {
  return {
    type: anySmartProcess,
    path: anySmartProcess.path,
    ofList: { params: ItemParams },
    missing: problems(404),
    params: (ofRecord) => Type.Unsafe(Type.Object({ ...ItemParams.properties, ...ofRecord.properties })),
    codeOf({ params, access }) {
      const { code } = params as { code: string }
      const type = types.find((one) => one.code === code)
      if (!type) return code
      access.requireCrm()
      const path = `/v1${type.path}`
      throw new Problem('records_elsewhere', { code, path }, { extra: { hint: path } })
    },
  }
}
